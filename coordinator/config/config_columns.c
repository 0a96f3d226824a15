#include "config/config_columns.h"

#include "config/name_list.h"
#include "ration/form.h"
#include "ration/log.h"
#include "ration/utf8.h"

#include <string.h>

static int copy(const char *from, char **to) {
    if (from == NULL) {
        return 0;
    }
    *to = strdup(from);
    if (*to == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    return 0;
}

// "column,column", or "all"
static int take_keep(const char *text, struct settings *settings) {
    settings->keep_all = text != NULL && strcmp(text, "all") == 0;
    while (text != NULL && !settings->keep_all && *text != '\0') {
        if (*text == ',' || settings->kept == SETTINGS_MAX_COLUMNS) {
            log_fatal("config",
                      "--keep: name columns with a comma between them (in a name it is \\,), at most %d, or "
                      "say all",
                      SETTINGS_MAX_COLUMNS);
            return -1;
        }
        settings->keep[settings->kept] = name_list_next(&text);
        if (settings->keep[settings->kept] == NULL) {
            log_fatal("config", "out of memory");
            return -1;
        }
        settings->kept++;
    }
    return 0;
}

static int check_text(const char *option, const char *text) {
    if (text != NULL && utf8_span(text, strlen(text)) != strlen(text)) {
        log_fatal("config", "%s: is not UTF-8", option);
        return -1;
    }
    return 0;
}

// What the requests of artists name, each artist must have.
static int take_needs(struct settings *settings) {
    struct form_problem problem;
    struct form *form = form_new(settings->form, &problem);
    if (form == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    settings->needs_name = form_names(form, "name");
    settings->needs_data = form_names(form, "data");
    form_free(form);
    return 0;
}

int config_columns_take(const struct options *options, struct settings *settings) {
    if (settings->form != NULL && take_needs(settings) != 0) {
        return -1;
    }
    if (check_text("--id", options->id) != 0 || check_text("--name", options->name) != 0 ||
        check_text("--keep", options->keep) != 0 || copy(options->id, &settings->id_column) != 0 ||
        copy(options->name, &settings->name_column) != 0) {
        return -1;
    }
    return take_keep(options->keep, settings);
}
