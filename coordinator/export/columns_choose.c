#include "config/name_list.h"
#include "export/columns_parts.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What each export has, and under which name.
static const struct {
    const char *path, *name;
    enum columns_of of;
} known[] = {
    {"response_text", "response_text", COLUMNS_OF_ANSWER},
    {"response_json", "response_json", COLUMNS_OF_ANSWER},
    {"model", "model", COLUMNS_OF_ANSWER},
    {"finish_reason", "finish_reason", COLUMNS_OF_ANSWER},
    {"usage.input_tokens", "input_tokens", COLUMNS_OF_ANSWER},
    {"usage.output_tokens", "output_tokens", COLUMNS_OF_ANSWER},
    {"usage.total_tokens", "total_tokens", COLUMNS_OF_ANSWER},
    {COLUMNS_PARTS_COST, "cost", COLUMNS_OF_BOTH},
    {"latency_ms", "latency_ms", COLUMNS_OF_ANSWER},
    {"attempts", "attempts", COLUMNS_OF_BOTH},
    {"created", "created", COLUMNS_OF_BOTH},
    {"response_id", "response_id", COLUMNS_OF_ANSWER},
    {"request_id", "request_id", COLUMNS_OF_BOTH},
    {"input_hash", "input_hash", COLUMNS_OF_ANSWER},
    {"class", "class", COLUMNS_OF_ERROR},
    {"status", "status", COLUMNS_OF_ERROR},
    {"code", "code", COLUMNS_OF_ERROR},
    {"message", "message", COLUMNS_OF_ERROR},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))
#define JSON_ROW 1U // COLUMNS_PARTS_JSON

bool columns_parts_known(const char *path) {
    for (size_t i = 0; i < KNOWN; i++) {
        if (strcmp(known[i].path, path) == 0) {
            return true;
        }
    }
    return false;
}

static bool taken(const struct columns_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->at[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

// Under a name that none before it has.
static int place(struct columns *columns, const struct column *column) {
    char name[RESULT_WALK_PATH + 32];
    bool field =
        column->path != NULL && strncmp(column->path, RESULT_WALK_FIELDS, strlen(RESULT_WALK_FIELDS)) == 0;
    (void)strlcpy(name, column->name, sizeof(name));
    if (taken(&columns->all, name)) {
        (void)snprintf(name, sizeof(name), "%s%s", field ? RESULT_WALK_FIELDS : "answer_", column->name);
    }
    for (unsigned i = 2; taken(&columns->all, name); i++) {
        (void)snprintf(name, sizeof(name), "answer_%.900s_%u", column->name, i);
    }
    struct column fresh = *column;
    fresh.name = name;
    return columns_parts_add(&columns->all, &fresh);
}

static int place_list(struct columns *columns, const struct columns_list *list) {
    int error = 0;
    for (size_t i = 0; i < list->count && error == 0; i++) {
        error = place(columns, &list->at[i]);
    }
    return error;
}

static int place_known(struct columns *columns, size_t row) {
    return place(columns, &(struct column){.name = (char *)(uintptr_t)known[row].name,
                                           .source = COLUMNS_LINE,
                                           .path = (char *)(uintptr_t)known[row].path,
                                           .of = known[row].of});
}

static int place_all(struct columns *columns) {
    static const struct column state = {.name = (char *)(uintptr_t) "state", .source = COLUMNS_STATE};
    int error = place_list(columns, &columns->input);
    error = error != 0 ? error : place_list(columns, &columns->head);
    error = error != 0 ? error : place(columns, &state);
    for (size_t i = 0; i < KNOWN && error == 0; i++) {
        bool priced = columns->priced || strcmp(known[i].path, COLUMNS_PARTS_COST) != 0;
        if (priced && (i != JSON_ROW || columns->whole_json)) {
            error = place_known(columns, i);
        }
        if (i == JSON_ROW && error == 0) {
            error = place_list(columns, &columns->field);
        }
    }
    return error != 0 ? error : place_list(columns, &columns->extra);
}

static bool is_field(const char *path) {
    return path != NULL && strncmp(path, RESULT_WALK_FIELDS, strlen(RESULT_WALK_FIELDS)) == 0;
}

static enum columns_of of_path(const char *path) {
    return strcmp(path, COLUMNS_PARTS_COST) == 0 ? COLUMNS_OF_BOTH : COLUMNS_OF_ANSWER;
}

// The number of that one in `all`, where it is, or may be put: a field of answers may come yet.
static size_t lookup(struct columns *columns, const char *name) {
    for (size_t i = 0; i < columns->all.count; i++) {
        if (strcmp(columns->all.at[i].name, name) == 0) {
            return i;
        }
    }
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < columns->all.count && found == SIZE_MAX; i++) {
        const char *path = columns->all.at[i].path;
        found = path != NULL && strcmp(path, name) == 0 ? i : SIZE_MAX;
    }
    char *text = (char *)(uintptr_t)name;
    bool may_come =
        is_field(name) || strcmp(name, COLUMNS_PARTS_JSON) == 0 || strcmp(name, COLUMNS_PARTS_COST) == 0;
    if (found == SIZE_MAX && may_come &&
        columns_parts_add(
            &columns->all,
            &(struct column){.name = text, .source = COLUMNS_LINE, .path = text, .of = of_path(name)}) == 0) {
        found = columns->all.count - 1;
    }
    return found;
}

static bool is_chosen(const struct columns *columns, size_t number) {
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->chosen[i] == number) {
            return true;
        }
    }
    return false;
}

static int choose(struct columns *columns, const char *wanted, char *unknown, size_t size) {
    int error = 0;
    do {
        char *name = name_list_next(&wanted);
        size_t found = name != NULL ? lookup(columns, name) : SIZE_MAX;
        if (name == NULL) {
            error = ENOMEM;
        } else if (found == SIZE_MAX || (columns->count == COLUMNS_MOST && !is_chosen(columns, found))) {
            (void)strlcpy(unknown, name, size);
            error = EINVAL;
        } else if (!is_chosen(columns, found)) {
            columns->chosen[columns->count++] = found;
        }
        free(name);
    } while (error == 0 && *wanted != '\0');
    return error;
}

int columns_choose(struct columns *columns, const char *wanted, char *unknown, size_t size) {
    int error = place_all(columns);
    columns->chosen = calloc(COLUMNS_MOST + KNOWN + 1, sizeof(*columns->chosen));
    if (columns->chosen == NULL) {
        error = ENOMEM;
    }
    if (error == 0 && wanted != NULL) {
        error = choose(columns, wanted, unknown, size);
    }
    for (size_t i = 0; error == 0 && wanted == NULL && i < columns->all.count; i++) {
        columns->chosen[columns->count++] = i;
    }
    for (size_t i = 0; error == 0 && i < columns->count; i++) {
        columns->needs_fields = columns->needs_fields || is_field(columns_at(columns, i)->path);
    }
    return error;
}

size_t columns_count(const struct columns *columns) {
    return columns->count;
}

const char *columns_id(const struct columns *columns) {
    for (size_t i = 0; i < columns->all.count; i++) {
        if (columns->all.at[i].id) {
            return columns->all.at[i].name;
        }
    }
    return "id";
}

const struct column *columns_at(const struct columns *columns, size_t index) {
    return &columns->all.at[columns->chosen[index]];
}

bool columns_fields(const struct columns *columns) {
    return columns->needs_fields;
}

const char *columns_offer(const struct columns *columns, size_t index) {
    return index < columns->all.count ? columns->all.at[index].name : NULL;
}

static bool has_path(const struct column *column, const char *path, size_t length) {
    return column->path != NULL && strncmp(column->path, path, length) == 0 && column->path[length] == '\0';
}

size_t columns_path(const struct columns *columns, const char *path, size_t length, size_t guess) {
    if (guess < columns->count && has_path(columns_at(columns, guess), path, length)) {
        return guess;
    }
    for (size_t i = 0; i < columns->count; i++) {
        if (has_path(columns_at(columns, i), path, length)) {
            return i;
        }
    }
    return SIZE_MAX;
}
