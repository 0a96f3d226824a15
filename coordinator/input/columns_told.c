#include "input/columns_told.h"

#include "config/prompt_faults.h"
#include "ration/form.h"
#include "ration/log.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_MOST 400U // bytes of a message's list of columns

// Names that an artist's columns are known by, whatever they are called; each record is checked for those.
static const char *const roles[] = {"artist_id", "name", "data"};
#define ROLES (sizeof(roles) / sizeof(roles[0]))

struct columns_told {
    struct form *form;    // whose names `missing` points to; NULL: there is none
    const char **missing; // asked for, and not met yet
    size_t missed;
    char **name; // those of the first record, and what was met of the others
    size_t names;
    bool begun; // the first record was seen
};

// A list that grows by one; NULL when out of memory, and it is as it was.
static void *more(void *list, size_t count, size_t size) {
    return reallocarray(list, count + 1, size);
}

static int want(struct columns_told *told, const char *name) {
    for (size_t i = 0; i < ROLES; i++) {
        if (strcmp(name, roles[i]) == 0) {
            return 0;
        }
    }
    const char **missing = more(told->missing, told->missed, sizeof(*missing));
    if (missing == NULL) {
        return -1;
    }
    told->missing = missing;
    told->missing[told->missed++] = name;
    return 0;
}

static int add(struct columns_told *told, const char *name) {
    char **names = more(told->name, told->names, sizeof(*names));
    if (names == NULL) {
        return -1;
    }
    told->name = names;
    told->name[told->names] = strdup(name);
    return told->name[told->names] != NULL ? (told->names++, 0) : -1;
}

static int want_all(struct columns_told *told, const struct settings *settings) {
    struct form_problem problem;
    const char *name;
    int result = 0;
    if (settings->form != NULL && (told->form = form_new(settings->form, &problem)) == NULL) {
        return -1;
    }
    for (size_t i = 0; told->form != NULL && (name = form_column(told->form, i)) != NULL; i++) {
        result |= name[0] != '\0' ? want(told, name) : 0;
    }
    for (size_t i = 0; i < settings->kept; i++) {
        result |= want(told, settings->keep[i]);
    }
    result |= settings->params_column != NULL ? want(told, settings->params_column) : 0;
    for (size_t i = 0; i < ROLES; i++) {
        result |= add(told, roles[i]);
    }
    return result;
}

struct columns_told *columns_told_new(const struct settings *settings) {
    struct columns_told *told = calloc(1, sizeof(*told));
    if (told == NULL || want_all(told, settings) != 0) {
        columns_told_free(told);
        log_fatal("input", "out of memory");
        return NULL;
    }
    return told;
}

void columns_told_free(struct columns_told *told) {
    if (told == NULL) {
        return;
    }
    for (size_t i = 0; i < told->names; i++) {
        free(told->name[i]);
    }
    free(told->name);
    free(told->missing);
    form_free(told->form);
    free(told);
}

int columns_told_look(struct columns_told *told, const struct record *record) {
    for (size_t i = 0; i < record->columns && !told->begun; i++) {
        if (add(told, record->column[i]) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < told->missed;) {
        size_t at = record_reader_column(told->missing[i], record->columns, record->column);
        if (at == SIZE_MAX) {
            i++;
            continue;
        }
        if (told->begun && add(told, record->column[at]) != 0) {
            return -1;
        }
        told->missing[i] = told->missing[--told->missed];
    }
    told->begun = true;
    return 0;
}

static size_t line_of(const char *text, size_t at) {
    size_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += text[i] == '\n';
    }
    return line;
}

static int check_form(const struct options *options, const struct settings *settings, size_t columns,
                      const char *const *names) {
    struct form_problem problem;
    if (settings->form == NULL) {
        return 0;
    }
    if (prompt_faults_check(options->prompt_file, settings, names, columns) != 0) {
        return -1;
    }
    struct form *form = form_new(settings->form, &problem);
    int result = form != NULL ? form_check(form, columns, names, &problem) : -1;
    form_free(form);
    if (result != 0 && options->request != NULL) {
        log_fatal("config", "--request %s:%zu: %s", options->request, line_of(settings->form, problem.at),
                  problem.text);
    } else if (result != 0) {
        log_fatal("config", "--system or --param: %s", problem.text);
    }
    return result;
}

// The roles, which stand first where there is no header, are no columns of the input.
static int check_one(const char *option, const char *name, size_t columns, const char *const *names,
                     size_t first) {
    if (record_reader_column(name, columns, names) != SIZE_MAX) {
        return 0;
    }
    struct text list = {0};
    for (size_t i = first; i < columns && list.length < TOLD_MOST; i++) {
        text_add(&list, i > first ? ", " : "", i > first ? 2 : 0);
        text_add(&list, names[i], strlen(names[i]));
    }
    bool all = list.length < TOLD_MOST;
    text_add(&list, "", 1);
    log_fatal("config", "%s: the input has no column \"%s\"; there are: %s%s", option, name,
              list.failed ? "" : list.bytes, all ? "" : ", …");
    text_free(&list);
    return -1;
}

int columns_told_check(const struct columns_told *told, const struct options *options,
                       const struct settings *settings, const struct input_index *index) {
    size_t columns = told != NULL ? told->names : index->columns;
    const char *const *names = (const char *const *)(told != NULL ? told->name : index->column);
    size_t first = told != NULL ? ROLES : 0;
    if (columns == 0) {
        return 0;
    }
    int result = check_form(options, settings, columns, names);
    if (result == 0 && settings->params_column != NULL) {
        result = check_one("--params-column", settings->params_column, columns, names, first);
    }
    for (size_t i = 0; i < settings->kept && result == 0; i++) {
        result = check_one("--keep", settings->keep[i], columns, names, first);
    }
    return result;
}
