#include "export/sqlite_store.h"

#include "system/whole_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION 0x52415449 // "RATI"
#define TEXT_OF(number) #number
#define DIGITS_OF(number) TEXT_OF(number)
#define EACH 10000U    // rows of a transaction
#define PATIENCE 10000 // milliseconds that others may hold the older one

struct sqlite_store {
    sqlite3 *base;
    sqlite3_stmt *statement[SQLITE_STORE_STATEMENTS];
    char *fresh, *target;
    bool replaces; // the older one stays where it is, with new contents
    unsigned rows; // of the transaction
};

static const char *why_of(sqlite3 *base) {
    static char text[256]; // outlives the connection
    (void)snprintf(text, sizeof(text), "%s", base != NULL ? sqlite3_errmsg(base) : "out of memory");
    return text;
}

int sqlite_store_do(struct sqlite_store *store, const char *sql, const char **why) {
    if (sqlite3_exec(store->base, sql, NULL, NULL, NULL) == SQLITE_OK) {
        return 0;
    }
    *why = why_of(store->base);
    return -1;
}

static bool is_ours(sqlite3 *base) {
    sqlite3_stmt *statement = NULL;
    bool ours = sqlite3_prepare_v2(base, "PRAGMA application_id", -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0) == APPLICATION;
    (void)sqlite3_finalize(statement);
    return ours;
}

static sqlite3 *open_target(const char *path, const char **why) {
    sqlite3 *base = NULL;
    if (sqlite3_open_v2(path, &base, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(base, PATIENCE) != SQLITE_OK) {
        *why = why_of(base);
    } else if (!is_ours(base)) {
        *why = "stands there already, and is no database of ration export; name another file, or remove it";
    } else {
        return base;
    }
    (void)sqlite3_close(base);
    return NULL;
}

// 1: an older one of ours stands there; 0: nothing, or an empty file; -1: something else.
static int look(const char *path, const char **why) {
    struct stat status;
    if (stat(path, &status) != 0 || (S_ISREG(status.st_mode) && status.st_size == 0)) {
        return 0;
    }
    sqlite3 *base = open_target(path, why);
    (void)sqlite3_close(base);
    return base != NULL ? 1 : -1;
}

void sqlite_store_free(struct sqlite_store *store) {
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < SQLITE_STORE_STATEMENTS; i++) {
        (void)sqlite3_finalize(store->statement[i]);
    }
    (void)sqlite3_close(store->base);
    if (store->fresh != NULL) {
        (void)unlink(store->fresh);
    }
    free(store->fresh);
    free(store->target);
    free(store);
}

// Nobody else sees it yet: what a crash leaves of it is of no use, so it needs no journal. Of pages of 16 KiB
// there are a quarter as many as of SQLite's usual ones to be found and written, and rows fill them better.
static int begin(struct sqlite_store *store, const char **why) {
    static const char sql[] = "PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; "
                              "PRAGMA locking_mode=EXCLUSIVE;"
                              "PRAGMA application_id=" DIGITS_OF(APPLICATION) "; BEGIN";
    if (sqlite3_open_v2(store->fresh, &store->base, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        *why = why_of(store->base);
        return -1;
    }
    return sqlite_store_do(store, sql, why);
}

struct sqlite_store *sqlite_store_open(const char *path, const char **why) {
    int found = look(path, why);
    if (found < 0) {
        return NULL;
    }
    struct sqlite_store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        *why = strerror(ENOMEM);
        return NULL;
    }
    store->replaces = found > 0;
    store->fresh = whole_file_beside(path, &store->target);
    if (store->fresh == NULL) {
        *why = strerror(errno);
    }
    if (store->fresh == NULL || begin(store, why) != 0) {
        sqlite_store_free(store);
        return NULL;
    }
    return store;
}

int sqlite_store_prepare(struct sqlite_store *store, size_t number, const char *sql, const char **why) {
    if (sqlite3_prepare_v2(store->base, sql, -1, &store->statement[number], NULL) == SQLITE_OK) {
        return 0;
    }
    *why = why_of(store->base);
    return -1;
}

// A place that does not exist is met by the insert, which then fails.
void sqlite_store_integer(struct sqlite_store *store, size_t number, int place, int64_t value) {
    (void)sqlite3_bind_int64(store->statement[number], place, value);
}

void sqlite_store_real(struct sqlite_store *store, size_t number, int place, double value) {
    (void)sqlite3_bind_double(store->statement[number], place, value);
}

void sqlite_store_text(struct sqlite_store *store, size_t number, int place, const char *text,
                       size_t length) {
    (void)sqlite3_bind_text64(store->statement[number], place, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int sqlite_store_insert(struct sqlite_store *store, size_t number, const char **why) {
    sqlite3_stmt *statement = store->statement[number];
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE) {
        *why = why_of(store->base);
    }
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    if (code != SQLITE_DONE) {
        return -1;
    }
    store->rows++;
    if (store->rows % EACH == 0) {
        return sqlite_store_do(store, "COMMIT; BEGIN", why);
    }
    return 0;
}

// All of it in one transaction of the older one.
static int replace(struct sqlite_store *store, const char **why) {
    sqlite3 *target = open_target(store->target, why);
    if (target == NULL) {
        return -1;
    }
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", store->base, "main");
    int code = SQLITE_OK;
    for (unsigned tried = 0; backup != NULL && tried < PATIENCE / 100; tried++) {
        code = sqlite3_backup_step(backup, -1);
        if (code != SQLITE_BUSY && code != SQLITE_LOCKED) {
            break;
        }
        (void)sqlite3_sleep(100);
    }
    bool good = backup != NULL && sqlite3_backup_finish(backup) == SQLITE_OK && code == SQLITE_DONE;
    if (!good) {
        *why = code == SQLITE_BUSY || code == SQLITE_LOCKED ? "another program writes to it; try again"
                                                            : why_of(target);
    }
    (void)sqlite3_close(target);
    return good ? 0 : -1;
}

int sqlite_store_commit(struct sqlite_store *store, const char **why) {
    if (sqlite_store_do(store, "COMMIT", why) != 0) {
        return -1;
    }
    for (size_t i = 0; i < SQLITE_STORE_STATEMENTS; i++) {
        (void)sqlite3_finalize(store->statement[i]);
        store->statement[i] = NULL;
    }
    if (store->replaces) {
        return replace(store, why);
    }
    // The way that readers and a later export need; a log is not left behind.
    if (sqlite_store_do(store, "PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=WAL", why) != 0) {
        return -1;
    }
    if (sqlite3_close(store->base) != SQLITE_OK) {
        *why = why_of(store->base);
        return -1;
    }
    store->base = NULL;
    int error = whole_file_rename(store->fresh, store->target);
    if (error != 0) {
        *why = strerror(error);
        return -1;
    }
    free(store->fresh);
    store->fresh = NULL;
    return 0;
}
