#include "export/columns_parts.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct columns *columns_new(bool fields) {
    struct columns *columns = calloc(1, sizeof(*columns));
    if (columns != NULL) {
        columns->fields = fields;
    }
    return columns;
}

static void list_free(struct columns_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->at[i].name);
        free(list->at[i].path);
    }
    free(list->at);
}

void columns_free(struct columns *columns) {
    if (columns != NULL) {
        list_free(&columns->input);
        list_free(&columns->head);
        list_free(&columns->field);
        list_free(&columns->extra);
        list_free(&columns->all);
        free(columns->chosen);
        free(columns);
    }
}

// Copies what it is given.
int columns_parts_add(struct columns_list *list, const struct column *column) {
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2;
        struct column *at = reallocarray(list->at, room, sizeof(*at));
        if (at == NULL) {
            return ENOMEM;
        }
        list->at = at;
        list->room = room;
    }
    struct column *fresh = &list->at[list->count];
    *fresh = *column;
    fresh->name = strdup(column->name);
    fresh->path = column->path != NULL ? strdup(column->path) : NULL;
    if (fresh->name == NULL || (column->path != NULL && fresh->path == NULL)) {
        free(fresh->name);
        free(fresh->path);
        return ENOMEM;
    }
    list->count++;
    return 0;
}

static size_t find(const struct columns_list *list, const char *path, size_t guess) {
    if (guess < list->count && strcmp(list->at[guess].path, path) == 0) {
        return guess;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->at[i].path, path) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static size_t noted(const struct columns *columns) {
    return columns->input.count + columns->head.count + columns->field.count + columns->extra.count;
}

int columns_note_input(struct columns *columns, const char *name, bool id) {
    size_t number = columns->input.count;
    if (noted(columns) >= COLUMNS_MOST) {
        return E2BIG;
    }
    return columns_parts_add(&columns->input, &(struct column){.name = (char *)(uintptr_t)name,
                                                               .source = COLUMNS_INPUT,
                                                               .input = number,
                                                               .id = id,
                                                               .path = NULL});
}

int columns_note_id(struct columns *columns, const char *name) {
    if (columns->head.count > 0) {
        return 0;
    }
    for (size_t i = 0; i < columns->input.count; i++) {
        if (columns->input.at[i].id) {
            return 0;
        }
    }
    char *text = (char *)(uintptr_t)name;
    return columns_parts_add(&columns->head,
                             &(struct column){.name = text, .source = COLUMNS_ID, .id = true, .path = text});
}

static int note(struct columns *columns, struct columns_list *list, const struct result_walk_leaf *leaf,
                const char *name, enum columns_of of) {
    size_t found = find(list, leaf->path, columns->guess);
    if (found != SIZE_MAX) {
        columns->guess = found + 1;
        if (list->at[found].of != of) {
            list->at[found].of = COLUMNS_OF_BOTH;
        }
        return 0;
    }
    bool field = leaf->place == RESULT_WALK_FIELD;
    if (noted(columns) >= COLUMNS_MOST || (field && list->count >= COLUMNS_FIELDS_MOST)) {
        columns->whole_json = columns->whole_json || field;
        return field ? 0 : E2BIG;
    }
    return columns_parts_add(list, &(struct column){.name = (char *)(uintptr_t)name,
                                                    .source = COLUMNS_LINE,
                                                    .path = (char *)(uintptr_t)leaf->path,
                                                    .of = of});
}

int columns_note_leaf(struct columns *columns, const struct result_walk_leaf *leaf, bool failed) {
    enum columns_of of = failed ? COLUMNS_OF_ERROR : COLUMNS_OF_ANSWER;
    if (leaf->place == RESULT_WALK_FIELD) {
        return columns->fields
                   ? note(columns, &columns->field, leaf, leaf->path + strlen(RESULT_WALK_FIELDS), of)
                   : 0;
    }
    if (leaf->place == RESULT_WALK_HEAD) {
        // The input has it.
        return columns->input.count > 0 ? 0
                                        : note(columns, &columns->head, leaf, leaf->path, COLUMNS_OF_BOTH);
    }
    if (strcmp(leaf->path, COLUMNS_PARTS_JSON) == 0) {
        columns->whole_json = columns->whole_json || !columns->fields || leaf->value.text[0] != '{';
    }
    columns->priced = columns->priced || strcmp(leaf->path, COLUMNS_PARTS_COST) == 0;
    return columns_parts_known(leaf->path) ? 0 : note(columns, &columns->extra, leaf, leaf->path, of);
}

size_t columns_input(const struct columns *columns, const char *name, size_t guess) {
    const struct columns_list *list = &columns->input;
    if (guess < list->count && strcmp(list->at[guess].name, name) == 0) {
        return guess;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->at[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}
