// A new SQLite database, filled in transactions, that then takes its place in one step. The only file that
// knows libsqlite3.
#ifndef RATION_SQLITE_STORE_H
#define RATION_SQLITE_STORE_H

#include <stddef.h>
#include <stdint.h>

struct sqlite_store;

#define SQLITE_STORE_STATEMENTS 3U

// At `path` stands nothing, or an older one of ours (its application id): else *why. Nothing is changed there
// before the commit. NULL with *why, which is valid until the next call of any of these.
struct sqlite_store *sqlite_store_open(const char *path, const char **why);
void sqlite_store_free(struct sqlite_store *store);

// Each: 0, or -1 with *why.
int sqlite_store_do(struct sqlite_store *store, const char *sql, const char **why);
// Statement `number` for sqlite_store_insert().
int sqlite_store_prepare(struct sqlite_store *store, size_t number, const char *sql, const char **why);

// The values of one row, from place 1 on. What is not bound is NULL. Texts must stay until the insert.
void sqlite_store_integer(struct sqlite_store *store, size_t number, int place, int64_t value);
void sqlite_store_real(struct sqlite_store *store, size_t number, int place, double value);
void sqlite_store_text(struct sqlite_store *store, size_t number, int place, const char *text, size_t length);
int sqlite_store_insert(struct sqlite_store *store, size_t number, const char **why);

// Whoever reads the older one sees that until its end, then this one: never half of any.
int sqlite_store_commit(struct sqlite_store *store, const char **why);

#endif
