#include "export/sqlite_sorter.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define SORT_PAGES "-16384" // KiB in memory while sorting

static const char *why_of(sqlite3 *base) {
    static char text[256]; // outlives the connection
    (void)snprintf(text, sizeof(text), "%s", sqlite3_errmsg(base));
    return text;
}

struct sqlite_sorter {
    sqlite3 *base;
    sqlite3_stmt *add, *next;
};

struct sqlite_sorter *sqlite_sorter_new(void) {
    struct sqlite_sorter *sorter = calloc(1, sizeof(*sorter));
    // "": a database of its own that is removed with the connection.
    if (sorter != NULL &&
        (sqlite3_open_v2("", &sorter->base, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK ||
         sqlite3_exec(sorter->base,
                      "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=" SORT_PAGES ";"
                      "CREATE TABLE item(text TEXT, number INTEGER); BEGIN",
                      NULL, NULL, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(sorter->base, "INSERT INTO item VALUES(?1, ?2)", -1, &sorter->add, NULL) !=
             SQLITE_OK)) {
        sqlite_sorter_free(sorter);
        return NULL;
    }
    return sorter;
}

void sqlite_sorter_free(struct sqlite_sorter *sorter) {
    if (sorter != NULL) {
        (void)sqlite3_finalize(sorter->add);
        (void)sqlite3_finalize(sorter->next);
        (void)sqlite3_close(sorter->base);
        free(sorter);
    }
}

int sqlite_sorter_add(struct sqlite_sorter *sorter, const char *text, size_t length, uint64_t number,
                      const char **why) {
    (void)sqlite3_bind_text64(sorter->add, 1, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
    (void)sqlite3_bind_int64(sorter->add, 2, (sqlite3_int64)number);
    int code = sqlite3_step(sorter->add);
    if (code != SQLITE_DONE) {
        *why = why_of(sorter->base);
    }
    (void)sqlite3_reset(sorter->add);
    return code == SQLITE_DONE ? 0 : -1;
}

int sqlite_sorter_next(struct sqlite_sorter *sorter, uint64_t *number, const char **why) {
    if (sorter->next == NULL &&
        sqlite3_prepare_v2(sorter->base, "SELECT number FROM item ORDER BY text, number", -1, &sorter->next,
                           NULL) != SQLITE_OK) {
        *why = why_of(sorter->base);
        return -1;
    }
    int code = sqlite3_step(sorter->next);
    if (code == SQLITE_ROW) {
        *number = (uint64_t)sqlite3_column_int64(sorter->next, 0);
        return 1;
    }
    if (code != SQLITE_DONE) {
        *why = why_of(sorter->base);
    }
    return code == SQLITE_DONE ? 0 : -1;
}
