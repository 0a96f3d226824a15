#include "plan/show_request.h"

#include "config/config.h"
#include "input/record_at.h"
#include "input/run_input.h"
#include "ration/log.h"
#include "ration/provider_json.h"
#include "ration/request.h"
#include "ration/route.h"
#include "ration/utf8.h"
#include "system/exit_code.h"
#include "system/signals.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_OUTPUT "ration-request.jsonl" // never opened

// The run's own provider as its first session has it; without a session as it is built in.
static int take_provider(const struct settings *settings, struct provider_row *row) {
    const struct provider *known = provider_find(settings->provider);
    *row = (struct provider_row){0};
    if (settings->sessions > 0 && settings->session_provider[0] != NULL) {
        return provider_json_decode(settings->session_provider[0], row);
    }
    return known != NULL ? provider_row_copy(known, row) : -1;
}

// What a header of one's own says may be secret.
static void print_line(const struct provider *provider, const char *line, FILE *out) {
    const struct provider *known = provider_find(provider->name);
    for (size_t i = 0; i < PROVIDER_HEADERS && provider->header[i] != NULL; i++) {
        bool built_in = known != NULL && known->header[i] != NULL && strcmp(known->header[i], line) == 0;
        if (strcmp(provider->header[i], line) == 0 && !built_in) {
            (void)fprintf(out, "%.*s: [not shown]\n", (int)strcspn(line, ":"), line);
            return;
        }
    }
    (void)fprintf(out, "%s\n", line);
}

static bool has_pair(const char *query, const char *pair, size_t length) {
    for (const char *at = query; at != NULL && *at != '\0'; at += strcspn(at, "&"), at += *at == '&') {
        if (strcspn(at, "&") == length && strncmp(at, pair, length) == 0) {
            return true;
        }
    }
    return false;
}

// What a query parameter of one's own says may be secret, too.
static void print_url(const struct provider *provider, const char *url, FILE *out) {
    const struct provider *known = provider_find(provider->name);
    size_t path = strcspn(url, "?");
    (void)fprintf(out, "POST %.*s", (int)path, url);
    for (const char *at = url + path; *at != '\0';) {
        (void)fputc(*at++, out);
        size_t length = strcspn(at, "&");
        if (known != NULL && has_pair(known->query, at, length)) {
            (void)fprintf(out, "%.*s", (int)length, at);
        } else {
            (void)fprintf(out, "%.*s=[not shown]", (int)strcspn(at, "=&"), at);
        }
        at += length;
    }
    (void)fputc('\n', out);
}

static int print_head(const struct settings *settings, size_t endpoint, FILE *out) {
    struct provider_row row;
    struct route_head head = {0};
    char *url = NULL;
    const struct key key = {.text = "[key]"};
    int result = take_provider(settings, &row);
    const struct provider *provider = &row.provider;
    if (result == 0) {
        const char *path =
            settings->rows == SETTINGS_ROWS_TABLE ? provider->path : settings->endpoint[endpoint];
        url = route_url(settings->sessions > 0 ? settings->session_url[0] : provider->base_url, path,
                        provider, settings->model != NULL ? settings->model : "", &key);
        result = url != NULL ? route_head(&head, provider, &key) : -1;
    }
    if (result == 0) {
        print_url(provider, url, out);
    }
    for (uint32_t i = 0; result == 0 && i < head.lines; i++) {
        print_line(provider, head.line[i], out);
    }
    (void)fputs(result == 0 ? "Content-Type: application/json\n\n" : "", out);
    route_wipe(url);
    route_head_free(&head);
    provider_row_free(&row);
    return result;
}

static int print_record(const struct settings *settings, struct request_maker *maker,
                        const struct record *record, FILE *out) {
    struct text body = {0};
    int result = request_prepare(maker, record) == 0 && request_body(maker, &body) == 0 ? 0 : -1;
    if (result == 0) {
        result = print_head(settings, request_endpoint(maker), out);
    }
    if (result == 0) {
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
