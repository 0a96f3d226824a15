// A JSONL file whose lines are requests already: what they are is told by the first, and each gives a body
// and a path, or is refused.
#include "fuzz_bytes.h"
#include "input/request_check.h"
#include "ration/line_reader.h"
#include "ration/request.h"

static enum settings_rows rows_of(int fd) {
    struct line line;
    enum settings_rows rows = SETTINGS_ROWS_TABLE;
    struct line_reader *reader = line_reader_new(fd, RECORD_READER_MAX_RECORD);
    FUZZ_CHECK(reader != NULL);
    if (line_reader_next(reader, &line) == LINE_OK) {
        rows = request_rows(line.text, line.length);
    }
    line_reader_free(reader);
    return rows;
}

static void make(struct settings *settings, struct record_reader *reader) {
    struct record record;
    struct request_check check;
    char message[512];
    FUZZ_CHECK(request_check_begin(&check, settings) == 0);
    enum record_status status = record_reader_header(reader);
    while (status == RECORD_OK || (status == RECORD_BAD && record_reader_can_go_on(reader))) {
        status = record_reader_next(reader, &record);
        if (status == RECORD_OK && request_check_record(&check, &record, message, sizeof(message))) {
            char hash[REQUEST_HASH_SIZE];
            FUZZ_CHECK(check.body.length > 1 && check.body.bytes[0] == '{');
            FUZZ_CHECK(request_endpoint(check.maker) < settings->endpoints);
            request_hash(check.maker, hash);
            FUZZ_CHECK(strlen(hash) == REQUEST_HASH_SIZE - 1);
        }
    }
    request_check_end(&check);
}

int fuzz_rows(const uint8_t *data, size_t size) {
    static int file = -1;
    int fd = bytes_file(&file, data, size);
    struct settings settings = {.rows = rows_of(fd),
                                .endpoint = {strdup("/responses")},
                                .endpoints = 1,
                                .params = 1,
                                .param = {{strdup("a.b"), strdup("1")}},
                                .params_column = strdup("metadata"),
                                .whole_hash = true};
    if (settings.rows != SETTINGS_ROWS_TABLE) {
        const struct record_shape shape = {
            .delimiter = ',', .id = settings.rows == SETTINGS_ROWS_BODIES ? RECORD_SHAPE_LINE : "custom_id"};
        struct record_reader *reader = record_reader_new(fd, "input", SETTINGS_JSONL);
        FUZZ_CHECK(reader != NULL);
        record_reader_set_shape(reader, &shape);
        make(&settings, reader);
        record_reader_free(reader);
    }
    settings_free(&settings);
    return 0;
}
