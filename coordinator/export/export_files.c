#include "export/export_files.h"

#include "export/export_tell.h"
#include "export/result_usual.h"
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
    struct result_usual usual = {0};
    size_t length;
    int status = 0;
    if (result_usual_begin(&usual, line->text, line->length, &walk)) {
        status = result_walk_text(&walk.id_key, &room, &length) == NULL ? ENOMEM : ECANCELED;
        key->text = room.text;
    }
    result_usual_free(&usual);
    return status;
}

// What the lines of the output call the id.
static char *key_of(const struct result_source *source) {
    struct key key = {NULL};
    enum result_source_file failed;
    (void)result_source_each(source, take_key, &key, &failed); // what cannot be read is told later
    return key.text;
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
    return result_source_open(&files->source, words->output, errors) == 0 ? open_input(files, words) : -1;
}

void export_files_close(struct export_files *files) {
    export_input_free(files->input);
    result_source_close(&files->source);
    free(files->last);
    free(files->key);
    *files = (struct export_files){.source = {.fd = {-1, -1}}};
}
