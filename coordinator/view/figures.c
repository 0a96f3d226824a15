#include "view/figures.h"

#include "view/json_fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static uint64_t word_at(const void *base, const struct figures_word *word, uint32_t which) {
    uint8_t byte;
    uint32_t small;
    uint64_t large;
    const char *at = (const char *)base + word->offset + which * word->size;
    switch (word->size) {
    case sizeof(byte):
        memcpy(&byte, at, sizeof(byte));
        return byte;
    case sizeof(small):
        memcpy(&small, at, sizeof(small));
        return small;
    default:
        memcpy(&large, at, sizeof(large));
        return large;
    }
}

static double real_at(const void *base, const struct figures_word *word) {
    double value;
    memcpy(&value, (const char *)base + word->offset, sizeof(value));
    return value >= 0 ? value : NAN;
}

double figures_value(const struct figures_list *list, const struct figures_row *row,
                     const struct figures_at *at) {
    const void *base = list->base != NULL ? list->base(at->status, at->item) : at->status;
    if (row->only_if.size != 0 && word_at(base, &row->only_if, 0) == 0) {
        return NAN;
    }
    if (row->value != NULL) {
        return row->value(at);
    }
    if (row->real) {
        return real_at(base, &row->word);
    }
    uint64_t word = word_at(base, &row->word, at->which);
    double value = word == UINT64_MAX ? NAN : (double)word;
    value /= row->over.size != 0 ? (double)word_at(base, &row->over, 0) : 1;
    return value / (row->per != 0 ? row->per : 1);
}

static void add_member(cJSON *object, const char *name, const char *unit, double value) {
    if (strcmp(unit, FIGURES_FLAG) == 0) {
        json_fields_bool(object, name, value != 0);
    } else if (strcmp(unit, FIGURES_DOLLARS) == 0 && isfinite(value)) {
        (void)cJSON_AddNumberToObject(object, name, value);
    } else {
        json_fields_number(object, name, value, true);
    }
}

// The object that a member goes to; *member is then its name there.
static cJSON *parent(cJSON *object, const char **member) {
    char name[FIGURES_NAME];
    const char *dot = strchr(*member, '.');
    if (dot == NULL) {
        return object;
    }
    (void)snprintf(name, sizeof(name), "%.*s", (int)(dot - *member), *member);
    *member = dot + 1;
    return json_fields_object(object, name);
}

void figures_json(cJSON *object, const struct figures_list *list, const struct run_status *status,
                  uint32_t item) {
    for (size_t i = 0; i < list->rows; i++) {
        const struct figures_row *row = &list->row[i];
        const char *member = row->member;
        struct figures_at at = {.status = status, .item = item};
        if (member == NULL) {
            continue;
        }
        cJSON *to = parent(object, &member);
        if (row->each == NULL) {
            add_member(to, member, row->unit, figures_value(list, row, &at));
            continue;
        }
        cJSON *each = json_fields_object(to, member);
        for (; at.which < row->each->count; at.which++) {
            char name[FIGURES_NAME];
            row->each->name(at.which, name);
            add_member(each, name, row->unit, figures_value(list, row, &at));
        }
    }
}
