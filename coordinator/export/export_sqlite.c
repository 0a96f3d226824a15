#include "export/export_sqlite.h"

#include "export/sqlite_schema.h"
#include "export/sqlite_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 3 // the place behind row_number and the id

struct base {
    struct sqlite_store *store;
    const struct columns *columns;
    struct sqlite_schema schema;
    struct result_walk_room room;
    int64_t number;
};

static void base_free(void *writer) {
    struct base *base = writer;
    sqlite_schema_end(&base->schema);
    free(base->room.text);
    sqlite_store_free(base->store);
    free(base);
}

// Does what stands in a text of the schema, and frees it.
static int do_text(struct base *base, char *text, const char **why) {
    *why = strerror(ENOMEM);
    int status = text != NULL ? sqlite_store_do(base->store, text, why) : -1;
    free(text);
    return status;
}

static int prepare(struct base *base, const char **why) {
    int status = do_text(base, sqlite_schema_tables(&base->schema), why);
    for (enum sqlite_table table = SQLITE_ROWS; table < SQLITE_TABLES && status == 0; table++) {
        char *text = sqlite_schema_insert(&base->schema, table);
        *why = strerror(ENOMEM);
        status = text != NULL ? sqlite_store_prepare(base->store, table, text, why) : -1;
        free(text);
    }
    return status;
}

static void *base_open(const struct export_target *target, const struct columns *columns, const char **why) {
    struct base *base = calloc(1, sizeof(*base));
    *why = strerror(ENOMEM);
    if (base == NULL) {
        return NULL;
    }
    base->columns = columns;
    if (sqlite_schema_begin(&base->schema, columns) != 0 ||
        (base->store = sqlite_store_open(target->path, why)) == NULL || prepare(base, why) != 0) {
        base_free(base);
        return NULL;
    }
    return base;
}

static bool is_integer(const struct json_piece *number) {
    for (size_t i = 0; i < number->length; i++) {
        if (strchr(".eE", number->text[i]) != NULL) {
            return false;
        }
    }
    return true;
}

static void bind_number(struct base *base, enum sqlite_table table, int place,
                        const struct json_piece *number) {
    char text[64];
    if (number->length >= sizeof(text)) { // no number of a machine
        sqlite_store_text(base->store, table, place, number->text, number->length);
        return;
    }
    memcpy(text, number->text, number->length);
    text[number->length] = '\0';
    errno = 0;
    long long whole = is_integer(number) ? strtoll(text, NULL, 10) : 0;
    if (is_integer(number) && errno == 0) {
        sqlite_store_integer(base->store, table, place, whole);
    } else if (is_integer(number)) { // with all its digits
        sqlite_store_text(base->store, table, place, number->text, number->length);
    } else {
        sqlite_store_real(base->store, table, place, strtod(text, NULL));
    }
}

// False: out of memory.
static bool bind_json(struct base *base, enum sqlite_table table, int place, const struct json_piece *value) {
    char first = value->text[0];
    if (first == 't' || first == 'f') {
        sqlite_store_integer(base->store, table, place, first == 't');
    } else if (first == '-' || (first >= '0' && first <= '9')) {
        bind_number(base, table, place, value);
    } else if (first != 'n') {
        size_t length;
        const char *text = result_walk_text(value, &base->room, &length);
        if (text == NULL) {
            return false;
        }
        sqlite_store_text(base->store, table, place, text, length);
    }
    return true;
}

static int insert(struct base *base, enum sqlite_table table, const struct export_row *row,
                  const char **why) {
    int place = FIRST;
    sqlite_store_integer(base->store, table, 1, base->number);
    sqlite_store_text(base->store, table, 2, row->id.text, row->id.length);
    for (size_t i = 0; i < columns_count(base->columns); i++) {
        const struct export_cell *cell = &row->cell[i];
        if (!sqlite_schema_has(columns_at(base->columns, i), table)) {
            continue;
        }
        if (cell->kind == EXPORT_CELL_TEXT) {
            sqlite_store_text(base->store, table, place, cell->piece.text, cell->piece.length);
        } else if (cell->kind == EXPORT_CELL_JSON && !bind_json(base, table, place, &cell->piece)) {
            *why = strerror(ENOMEM);
            return -1;
        }
        place++;
    }
    return sqlite_store_insert(base->store, table, why);
}

static int base_row(void *writer, const struct export_row *row, const char **why) {
    struct base *base = writer;
    base->number++;
    if (insert(base, SQLITE_ROWS, row, why) != 0) {
        return -1;
    }
    return row->state == EXPORT_OPEN
               ? 0
               : insert(base, row->state == EXPORT_DONE ? SQLITE_ANSWERS : SQLITE_ERRORS, row, why);
}

static int base_commit(void *writer, const char **why) {
    struct base *base = writer;
    return do_text(base, sqlite_schema_indexes(&base->schema), why) != 0
               ? -1
               : sqlite_store_commit(base->store, why);
}

const struct export_writer export_sqlite_writer = {base_open, base_row, base_commit, base_free};
