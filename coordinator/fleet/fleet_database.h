// One connection to a fleet's database, which waits for each answer: for commands that run and end. The only
// file of this program that uses libpq.
#ifndef RATION_FLEET_DATABASE_H
#define RATION_FLEET_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

struct fleet_database;

// `where` is a URL of libpq, or key=value words; a password in it is refused, as it stands in the list of
// processes. 0, or -1 after telling.
int fleet_database_check(const char *where);
// NULL after telling.
struct fleet_database *fleet_database_open(const char *where);
void fleet_database_close(struct fleet_database *database);

struct fleet_answer;

// One statement with texts for $1, $2, …; NULL is null. NULL after telling what the server says.
struct fleet_answer *fleet_database_ask(struct fleet_database *database, const char *sql, size_t count,
                                        const char *const *value);
// Statements without parameters, one after another. 0, or -1 after telling.
int fleet_database_do(struct fleet_database *database, const char *sql);
void fleet_answer_free(struct fleet_answer *answer);

size_t fleet_answer_rows(const struct fleet_answer *answer);
bool fleet_answer_null(const struct fleet_answer *answer, size_t row, size_t column);
// "" for null; the answer's.
const char *fleet_answer_text(const struct fleet_answer *answer, size_t row, size_t column);
// A bytea; the caller's, by fleet_answer_bytes_free(). NULL: out of memory.
unsigned char *fleet_answer_bytes(const struct fleet_answer *answer, size_t row, size_t column,
                                  size_t *length);
void fleet_answer_bytes_free(unsigned char *bytes);
// Rows that a statement changed.
unsigned long long fleet_answer_changed(const struct fleet_answer *answer);

#endif
