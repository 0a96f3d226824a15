// A base URL: one that is let through means the same to libcurl.
#include "config/base_url.h"
#include "fuzz_bytes.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <strings.h>

static void check_part(CURLU *url, CURLUPart part, const char *first, const char *second) {
    char *text = NULL;
    FUZZ_CHECK(curl_url_get(url, part, &text, 0) == CURLUE_OK);
    FUZZ_CHECK(strcasecmp(text, first) == 0 || strcasecmp(text, second) == 0);
    curl_free(text);
}

static bool is_local(CURLU *url) {
    char *host = NULL;
    FUZZ_CHECK(curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK);
    bool local =
        strncmp(host, "127.", 4) == 0 || strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
    curl_free(host);
    return local;
}

int fuzz_base_url(const uint8_t *data, size_t size) {
    char *text = bytes_string(data, size);
    char *user = NULL;
    const char *problem = base_url_problem(text);
    CURLU *url = curl_url();
    FUZZ_CHECK(url != NULL);
    if (problem == NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
        check_part(url, CURLUPART_SCHEME, "http", "https");
        FUZZ_CHECK(curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER);
        FUZZ_CHECK(!base_url_private(text) || strncasecmp(text, "https:", 6) == 0 || is_local(url));
    }
    curl_url_cleanup(url);
    free(text);
    return 0;
}
