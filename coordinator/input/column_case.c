#include "input/column_case.h"

#include "ration/form.h"
#include "ration/log.h"
#include "ration/record_reader.h"

#include <string.h>

// A name that an artist's columns are known by as well, whatever they are called.
static bool is_role(const char *name) {
    return strcmp(name, "artist_id") == 0 || strcmp(name, "name") == 0 || strcmp(name, "data") == 0;
}

static void look(const struct input_index *index, const char *option, const char *name) {
    size_t at = record_reader_column(name, index->columns, (const char *const *)index->column);
    if (at != SIZE_MAX && strcmp(index->column[at], name) != 0) {
        log_info("config", "%s: the input has no column \"%s\"; \"%s\" is taken", option, name,
                 index->column[at]);
    }
}

int column_case_tell(const struct settings *settings, const struct input_index *index) {
    struct form_problem problem;
    if (index->columns == 0) {
        return 0;
    }
    for (size_t i = 0; i < settings->kept; i++) {
        look(index, "--keep", settings->keep[i]);
    }
    if (settings->params_column != NULL) {
        look(index, "--params-column", settings->params_column);
    }
    struct form *form = settings->form != NULL ? form_new(settings->form, &problem) : NULL;
    if (settings->form != NULL && form == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    const char *name;
    for (size_t i = 0; form != NULL && (name = form_column(form, i)) != NULL; i++) {
        if (name[0] != '\0' && !is_role(name)) {
            look(index, "{{ }}", name);
        }
    }
    form_free(form);
    return 0;
}
