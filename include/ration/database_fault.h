// What a fault of a fleet's database means to whoever asked, and what to do about it: for all programs that
// speak with one, so that they tell it alike. What is wrong will not come right by itself: nobody waits for
// that.
#ifndef RATION_DATABASE_FAULT_H
#define RATION_DATABASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#define DATABASE_FAULT_STATE 6 // of a SQLSTATE, and its NUL

struct database_fault {
    // the words, the login, its rights or the schema are: exit code 2. Otherwise the database is away
    bool wrong;
    const char *hint; // what to do; NULL: what the server says must do
};

// Of libpq's words about a connection, told with PQERRORS_VERBOSE, one line for people. Its SQLSTATE is taken
// out of it; "": libpq itself says it, or nothing has answered.
void database_fault_words(const char *words, char *out, size_t size, char state[DATABASE_FAULT_STATE]);

// Of a connection that could not be made: such a line, and its SQLSTATE.
struct database_fault database_fault_connecting(const char *state, const char *line);
// Of a statement that was refused: its SQLSTATE, the server's words, and the server's own hint, NULL or ""
// without one. That is told where nothing better is known: it has to last as long as what is returned.
struct database_fault database_fault_asking(const char *state, const char *words, const char *hint);

#endif
