#include "records/record_column.h"

#include <string.h>
#include <strings.h>

#define JSON "json:"

static bool same(const char *name, const char *text, size_t length) {
    return strncmp(name, text, length) == 0 && name[length] == '\0';
}

static bool alike(const char *name, const char *text, size_t length) {
    return strncasecmp(name, text, length) == 0 && name[length] == '\0';
}

bool record_column_json(const char **name, size_t *length) {
    static const size_t size = sizeof(JSON) - 1;
    if (*length <= size || memcmp(*name, JSON, size) != 0) {
        return false;
    }
    *name += size;
    *length -= size;
    return true;
}

static enum record_kind kind_at(const struct record *record, size_t at) {
    return record->kind != NULL ? record->kind[at] : RECORD_TEXT;
}

struct record_field record_column_find(const struct record *record, const char *name, size_t length,
                                       enum record_kind *kind) {
    for (size_t i = 0; i < record->columns; i++) {
        if (same(record->column[i], name, length)) {
            *kind = kind_at(record, i);
            return record->field[i];
        }
    }
    *kind = RECORD_TEXT;
    if (same("artist_id", name, length)) {
        return record->id;
    }
    if (same("name", name, length) && record->name.text != NULL) {
        return record->name;
    }
    if (same("data", name, length) && record->data.text != NULL) {
        return record->data;
    }
    for (size_t i = 0; i < record->columns; i++) {
        if (alike(record->column[i], name, length)) {
            *kind = kind_at(record, i);
            return record->field[i];
        }
    }
    *kind = RECORD_NULL;
    return (struct record_field){.text = "", .length = 0};
}

bool record_column_known(const char *name, size_t length, size_t columns, const char *const *names) {
    for (size_t i = 0; i < columns; i++) {
        if (alike(names[i], name, length)) {
            return true;
        }
    }
    return false;
}
