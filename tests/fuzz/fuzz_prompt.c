// A template, 0xff, and the JSON record that fills it.
#include "fuzz_bytes.h"
#include "ration/prompt.h"
#include "ration/utf8.h"

static const struct record *read_record(const uint8_t *data, size_t size, struct record *record,
                                        struct record_reader **reader) {
    static int file = -1;
    *reader = record_reader_new(bytes_file(&file, data, size), "input", SETTINGS_JSONL);
    FUZZ_CHECK(*reader != NULL);
    return record_reader_header(*reader) == RECORD_OK && record_reader_next(*reader, record) == RECORD_OK
               ? record
               : NULL;
}

static void render(struct prompt *prompt, const struct record *record) {
    struct prompt_rendering rendering;
    char hash[PROMPT_HASH_SIZE], again[PROMPT_HASH_SIZE];
    FUZZ_CHECK(prompt_render(prompt, record, &rendering) == 0);
    FUZZ_CHECK(rendering.text != NULL && utf8_span(rendering.text, rendering.length) == rendering.length);
    prompt_hash(prompt, &rendering, hash);
    FUZZ_CHECK(prompt_render(prompt, record, &rendering) == 0);
    prompt_hash(prompt, &rendering, again);
    FUZZ_CHECK(strlen(hash) == PROMPT_HASH_SIZE - 1 && strcmp(hash, again) == 0);
}

int fuzz_prompt(const uint8_t *data, size_t size) {
    static const char *const columns[] = {"artist_id", "name", "data", "school"};
    const uint8_t *rest;
    size_t rest_size;
    size_t length = bytes_split(data, size, &rest, &rest_size);
    if (length == 0 || utf8_span((const char *)data, length) != length) {
        return 0; // refused before
    }
    struct settings settings = {.prompt_template = bytes_string(data, length)};
    struct prompt_problem problem;
    int with_columns = prompt_check(&settings, columns, 4, &problem);
    FUZZ_CHECK(with_columns == 0 || problem.message[0] != '\0');
    int form = prompt_check(&settings, NULL, 0, &problem);
    FUZZ_CHECK(form == 0 || with_columns != 0);
    struct prompt *prompt = prompt_new(&settings);
    FUZZ_CHECK((prompt != NULL) == (form == 0));
    if (prompt != NULL) {
        struct record record;
        struct record_reader *reader;
        if (read_record(rest, rest_size, &record, &reader) != NULL) {
            render(prompt, &record);
        }
        record_reader_free(reader);
    }
    prompt_free(prompt);
    free(settings.prompt_template);
    return 0;
}
