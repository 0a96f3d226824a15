#include "export/export_files.h"

#include "export/export_tell.h"
#include "output/last_run_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct last_run *last_of(const char *output) {
    struct last_run *last = malloc(sizeof(*last));
    if (last != NULL && last_run_file_read(output, last) == 0) {
        return last;
    }
    free(last);
    return NULL;
}

struct key {
    char *text; // NULL: no line is ration's
};

static int take_key(void *context, const struct result_source_line *line) {
    struct key *key = context;
    struct result_walk walk;
    struct result_walk_room room = {0};
    size_t length;
    if (!result_walk_begin(&walk, line->text, line->length)) {
        return 0;
    }
    if (result_walk_text(&walk.id_key, &room, &length) == NULL) {
        return ENOMEM;
    }
    key->text = room.text;
    return ECANCELED;
}

// What the lines of the output call the id.
static char *key_of(const struct result_source *source) {
    struct key key = {NULL};
    enum result_source_file failed;
    (void)result_source_each(source, take_key, &key, &failed); // what cannot be read is told later
    return key.text;
}

static bool is_key(const struct json_piece *key, const char *quoted) {
    return key->length == strlen(quoted) && memcmp(key->text, quoted, key->length) == 0;
}

static bool is_batch(const struct result_walk *walk) {
    struct json_piece key, value;
    size_t at = 0;
    return is_key(&walk->id_key, "\"custom_id\"") && json_scan_member(&walk->object, &at, &key, &value) &&
           json_scan_member(&walk->object, &at, &key, &value) && is_key(&key, "\"id\"") &&
           json_scan_member(&walk->object, &at, &key, &value) && is_key(&key, "\"response\"");
}

enum line_kind { LINE_USUAL, LINE_LIST, LINE_BATCH };

// The first line that is one tells.
static int take_kind(void *context, const struct result_source_line *line) {
    enum line_kind *kind = context;
    struct result_walk walk;
    if (line->length > 2 && memcmp(line->text, "[{", 2) == 0 && line->text[line->length - 1] == ']') {
        *kind = LINE_LIST;
        return ECANCELED;
    }
    if (!result_walk_begin(&walk, line->text, line->length)) {
        return 0;
    }
    *kind = is_batch(&walk) ? LINE_BATCH : LINE_USUAL;
    return ECANCELED;
}

// A list has no id of its own at its beginning. Lines of a batch have one, but keep the answer in places of
// their own.
static int check_format(const struct result_source *source, const char *output) {
    enum line_kind kind = LINE_USUAL;
    enum result_source_file failed;
    (void)result_source_each(source, take_kind, &kind, &failed); // what cannot be read is told later
    if (kind == LINE_LIST) {
        export_tell("%s: its lines are those of --output-format cookbook, which cannot be read here; use the "
                    "file as it is, or ask with --output-format jsonl",
                    output);
        return -1;
    }
    if (kind == LINE_BATCH) {
        export_tell("%s: its lines are those of --output-format openai-batch: answers stand in \"response\" "
                    "as they came; response_text, model and tokens stay empty",
                    output);
    }
    return 0;
}

static const char *told(const char *word, const char *recorded) {
    return word != NULL || recorded[0] == '\0' ? word : recorded;
}

// The input that the run was begun with is read as the run read it, where nobody says otherwise.
static void as_recorded(const struct last_run *last, struct export_input_words *words) {
    if (words->format == OPTIONS_FORMAT_AUTO && last->input_format[0] != '\0') {
        words->format = strcmp(last->input_format, "jsonl") == 0 ? OPTIONS_FORMAT_JSONL : OPTIONS_FORMAT_CSV;
    }
    words->id = told(words->id, last->input_id);
    words->delimiter = told(words->delimiter, last->input_delimiter);
    words->encoding = told(words->encoding, last->input_encoding);
}

static int open_input(struct export_files *files, const struct export_files_words *words) {
    const char *name = words->input;
    if (words->without_input) {
        return 0;
    }
    if (name == NULL && files->last != NULL && files->last->input[0] == '/') {
        name = files->last->input;
    }
    if (name == NULL) {
        return 0;
    }
    char *key = key_of(&files->source);
    struct export_input_words read = {.path = name,
                                      .format = words->input_format,
                                      .id = words->id,
                                      .key = key,
                                      .delimiter = words->delimiter,
                                      .encoding = words->encoding};
    if (words->input == NULL) {
        as_recorded(files->last, &read);
    }
    files->input = export_input_open(&read);
    files->key = key;
    if (files->input == NULL && words->input == NULL) {
        export_tell("that is the input the run was begun with; name another place with --input FILE, or say "
                    "--no-input");
    }
    return files->input != NULL ? 0 : -1;
}

int export_files_open(struct export_files *files, const struct export_files_words *words) {
    const char *errors = words->errors;
    *files = (struct export_files){.last = last_of(words->output), .source = {.fd = {-1, -1}}};
    if (errors == NULL && files->last != NULL && files->last->errors[0] != '\0') {
        errors = files->last->errors;
    }
    if (result_source_open(&files->source, words->output, errors) != 0 ||
        check_format(&files->source, words->output) != 0) {
        return -1;
    }
    return open_input(files, words);
}

void export_files_close(struct export_files *files) {
    export_input_free(files->input);
    result_source_close(&files->source);
    free(files->last);
    free(files->key);
    *files = (struct export_files){.source = {.fd = {-1, -1}}};
}
