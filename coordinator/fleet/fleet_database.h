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
// 0, or the exit code after telling what the server or libpq says, and what to do.
int fleet_database_open(const char *where, struct fleet_database **out);
void fleet_database_close(struct fleet_database *database);

struct fleet_answer;

// One statement with texts for $1, $2, …; NULL is null. NULL after telling what the server says, and what to
// do. A transaction that the server gave up for the sake of others, by a deadlock or a serialization that
// failed, is tried again, some times within seconds, before it is told: by these functions where the
// statement is one of its own, otherwise by its caller, as fleet_database_again() says.
struct fleet_answer *fleet_database_ask(struct fleet_database *database, const char *sql, size_t count,
                                        const char *const *value);
// Statements without parameters, one after another. 0, or -1 after telling.
int fleet_database_do(struct fleet_database *database, const char *sql);
// Whether the transaction in which something failed is to be begun again: it is rolled back then, and a while
// has passed.
bool fleet_database_again(struct fleet_database *database);
// The exit code that fits what was asked last, where it failed: what was asked for is wrong, or the database
// cannot do it. `otherwise`: it did not fail.
int fleet_database_exit(const struct fleet_database *database, int otherwise);
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
