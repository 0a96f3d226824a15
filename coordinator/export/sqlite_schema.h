// The tables of a SQLite export as SQL: which columns each has, and under which names. Pure.
#ifndef RATION_SQLITE_SCHEMA_H
#define RATION_SQLITE_SCHEMA_H

#include "export/columns.h"

#include <stdbool.h>

enum sqlite_table { SQLITE_ROWS, SQLITE_ANSWERS, SQLITE_ERRORS, SQLITE_TABLES };

struct sqlite_schema {
    const struct columns *columns; // must outlive it
    char **name;                   // of each column, as SQLite tells names apart: without case
};

// 0 or ENOMEM. sqlite_schema_end() in both cases.
int sqlite_schema_begin(struct sqlite_schema *schema, const struct columns *columns);
void sqlite_schema_end(struct sqlite_schema *schema);

// The column is one of the table, behind row_number and the id, which each has.
bool sqlite_schema_has(const struct column *column, enum sqlite_table table);

// Statements, malloc'ed; NULL: out of memory. The tables and the view; an insert with a place for each value;
// at the end, when they are sorted once, the indexes.
char *sqlite_schema_tables(const struct sqlite_schema *schema);
char *sqlite_schema_insert(const struct sqlite_schema *schema, enum sqlite_table table);
char *sqlite_schema_indexes(const struct sqlite_schema *schema);

#endif
