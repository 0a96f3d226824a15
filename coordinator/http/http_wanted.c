#include "http/http_wanted.h"

#include "ration/log.h"

#include <string.h>

static int read_token(const struct options *options, char token[HTTP_TOKEN_SIZE]) {
    char where[LISTEN_ADDRESS_TEXT];
    token[0] = '\0';
    if (options->http_token_file != NULL) {
        return http_token_read(options->http_token_file, token);
    }
    if (!options->listen.loopback) {
        listen_address_print(&options->listen, where);
        log_fatal("config",
                  "--listen %s: other machines may reach it, so --http-token-file is needed; "
                  "or listen at 127.0.0.1",
                  where);
        return -1;
    }
    return 0;
}

int http_wanted_open(const struct options *options, char token[HTTP_TOKEN_SIZE], struct http **http) {
    *http = NULL;
    if (options->listen.length == 0) {
        const char *alone = options->http_token_file != NULL ? "http-token-file"
                            : options->http_host.text[0]     ? "http-host"
                            : options->keep_listening > 0    ? "keep-listening"
                                                             : NULL;
        if (alone != NULL) {
            log_fatal("config", "--%s: needs --listen", alone);
        }
        return alone == NULL ? 0 : -1;
    }
    if (read_token(options, token) == 0) {
        *http = http_open(&options->listen, &options->http_host);
    }
    return *http != NULL ? 0 : -1;
}
