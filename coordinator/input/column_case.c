#include "input/column_case.h"

#include "ration/form.h"
#include "ration/log.h"
#include "ration/record_reader.h"

#include <stdbool.h>
#include <string.h>

// A name that an artist's columns are known by as well, whatever they are called.
static bool is_role(const char *name) {
    return strcmp(name, "artist_id") == 0 || strcmp(name, "name") == 0 || strcmp(name, "data") == 0;
}

static bool look(const struct input_index *index, const char *option, const char *name) {
    const char *const *names = (const char *const *)index->column;
    size_t at = record_reader_column(name, index->columns, names);
    if (record_reader_ambiguous(name, index->columns, names)) {
        log_fatal("config",
                  "%s: \"%s\" may be several columns, as \"%s\"; write it as it stands in the header", option,
                  name, names[at]);
        return false;
    }
    if (at != SIZE_MAX && strcmp(index->column[at], name) != 0) {
        log_info("config", "%s: the input has no column \"%s\"; \"%s\" is taken", option, name,
                 index->column[at]);
    }
    return true;
}

int column_case_tell(const struct settings *settings, const struct input_index *index) {
    struct form_problem problem;
    if (index->columns == 0) {
        return 0;
    }
    bool good = true;
    for (size_t i = 0; i < settings->kept; i++) {
        good = look(index, "--keep", settings->keep[i]) && good;
    }
    if (settings->params_column != NULL) {
        good = look(index, "--params-column", settings->params_column) && good;
    }
    struct form *form = settings->form != NULL ? form_new(settings->form, &problem) : NULL;
    if (settings->form != NULL && form == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    const char *name;
    for (size_t i = 0; form != NULL && (name = form_column(form, i)) != NULL; i++) {
        if (name[0] != '\0' && !is_role(name)) {
            good = look(index, "{{ }}", name) && good;
        }
    }
    form_free(form);
    return good ? 0 : -1;
}
