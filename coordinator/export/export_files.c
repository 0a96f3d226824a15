#include "export/export_files.h"

#include "export/export_tell.h"
#include "output/last_run_file.h"

#include <stdlib.h>

static struct last_run *last_of(const char *output) {
    struct last_run *last = malloc(sizeof(*last));
    if (last != NULL && last_run_file_read(output, last) == 0) {
        return last;
    }
    free(last);
    return NULL;
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
    files->input = export_input_open(name, words->input_format);
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
    return result_source_open(&files->source, words->output, errors) != 0 ? -1 : open_input(files, words);
}

void export_files_close(struct export_files *files) {
    export_input_free(files->input);
    result_source_close(&files->source);
    free(files->last);
    *files = (struct export_files){.source = {.fd = {-1, -1}}};
}
