#include "plan/show_request.h"

#include "config/config.h"
#include "input/record_at.h"
#include "input/run_input.h"
#include "ration/log.h"
#include "ration/provider.h"
#include "ration/request.h"
#include "ration/utf8.h"
#include "system/exit_code.h"
#include "system/signals.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_OUTPUT "ration-request.jsonl" // never opened

static void print_head(const struct settings *settings, size_t endpoint, FILE *out) {
    const struct provider *provider = provider_find(settings->provider);
    const char *base = settings->sessions > 0 ? settings->session_url[0] : provider->base_url;
    (void)fprintf(out, "POST %s%s\n", base, settings->endpoint[endpoint]);
    (void)fprintf(out, "%s[key]\n", provider->key_header);
    if (provider->extra_header != NULL) {
        (void)fprintf(out, "%s\n", provider->extra_header);
    }
    (void)fputs("Content-Type: application/json\n\n", out);
}

static int print_record(const struct settings *settings, struct request_maker *maker,
                        const struct record *record, FILE *out) {
    struct text body = {0};
    int result = request_prepare(maker, record) == 0 && request_body(maker, &body) == 0 ? 0 : -1;
    if (result == 0) {
        print_head(settings, request_endpoint(maker), out);
        (void)fwrite(body.bytes, 1, body.length, out);
        (void)fputc('\n', out);
    } else {
        log_fatal("run", "out of memory");
    }
    text_free(&body);
    return result;
}

static int find(const struct settings *settings, struct record_reader *reader, struct request_maker *maker,
                const struct input_index *index, const char *id, FILE *out) {
    struct record record;
    char shown[UTF8_PRINTABLE_SIZE];
    record_reader_seek(reader, index->place[0].offset, index->place[0].line);
    for (uint32_t artist = 0; artist < index->artists; artist++) {
        if (record_reader_next(reader, &record) != RECORD_OK) {
            log_fatal("input", "%s", record_reader_message(reader));
            return -1;
        }
        if (strcmp(record.id.text, id) == 0) {
            return print_record(settings, maker, &record, out);
        }
    }
    log_fatal("config", "--show-request: the input has no %s \"%s\"", input_index_id_name(index),
              utf8_printable(id, strlen(id), shown));
    return -1;
}

int show_request_print(const struct settings *settings, const struct input_index *index, int fd,
                       const char *name, const char *id, FILE *out) {
    struct record_reader *reader = record_at_reader(index, fd, name);
    struct request_maker *maker = request_new(settings, provider_find(settings->provider));
    int result = -1;
    if (reader != NULL && maker != NULL) {
        result = find(settings, reader, maker, index, id, out);
    } else if (maker == NULL) {
        log_fatal("run", "out of memory");
    }
    request_free(maker);
    record_reader_free(reader);
    return result;
}

int show_request(const struct options *given) {
    struct options options = *given;
    struct config *config = calloc(1, sizeof(*config));
    struct input_open input = {.fd = -1, .original = -1};
    struct input_index index = {0};
    if (config == NULL) {
        log_fatal("run", "out of memory");
        return EXIT_CODE_WRONG;
    }
    options.keyless = true;
    options.output = options.output != NULL ? options.output : NO_OUTPUT;
    log_configure(&(struct log_config){.process = "ration", .stderr_level = LOG_LEVEL_WARN, .json_fd = -1});
    signals_catch();
    int result = -1;
    if (config_make(&options, config) == 0 &&
        run_input_take(&options, &config->settings, &input, &index, NULL) == 0) {
        result =
            show_request_print(&config->settings, &index, input.fd, input.name, options.show_request, stdout);
    }
    input_index_free(&index);
    config_free(config);
    free(config);
    if (input.fd >= 0) {
        (void)close(input.fd);
    }
    if (input.original >= 0) {
        (void)close(input.original);
    }
    return result == 0 ? EXIT_CODE_ALL_DONE : EXIT_CODE_WRONG;
}
