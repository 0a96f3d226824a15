#include "export/sqlite_schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const table_name[SQLITE_TABLES] = {"rows", "answers", "errors"};

bool sqlite_schema_has(const struct column *column, enum sqlite_table table) {
    if (column->id) {
        return false; // each table has it
    }
    if (column->source != COLUMNS_LINE) {
        return table == SQLITE_ROWS;
    }
    return table == (column->of == COLUMNS_OF_ERROR ? SQLITE_ERRORS : SQLITE_ANSWERS) ||
           (column->of == COLUMNS_OF_BOTH && table == SQLITE_ERRORS);
}

static bool taken(const struct sqlite_schema *schema, size_t count, const char *name) {
    bool found = strcasecmp(name, "row_number") == 0 || strcasecmp(name, columns_id(schema->columns)) == 0;
    for (size_t i = 0; i < count && !found; i++) {
        found = strcasecmp(schema->name[i], name) == 0;
    }
    return found;
}

int sqlite_schema_begin(struct sqlite_schema *schema, const struct columns *columns) {
    *schema = (struct sqlite_schema){.columns = columns};
    schema->name = calloc(columns_count(columns) + 1, sizeof(*schema->name));
    for (size_t i = 0; schema->name != NULL && i < columns_count(columns); i++) {
        const struct column *column = columns_at(columns, i);
        char *name = strdup(column->name);
        for (unsigned n = 2; name != NULL && !column->id && taken(schema, i, name); n++) {
            free(name);
            name = asprintf(&name, "%s_%u", column->name, n) < 0 ? NULL : name;
        }
        schema->name[i] = name;
        if (name == NULL) {
            return ENOMEM;
        }
    }
    return schema->name != NULL ? 0 : ENOMEM;
}

void sqlite_schema_end(struct sqlite_schema *schema) {
    for (size_t i = 0; schema->name != NULL && i < columns_count(schema->columns); i++) {
        free(schema->name[i]);
    }
    free(schema->name);
    *schema = (struct sqlite_schema){.columns = NULL};
}

static void put_name(FILE *sql, const char *name) {
    (void)fputc('"', sql);
    for (; *name != '\0'; name++) {
        (void)fprintf(sql, *name == '"' ? "\"\"" : "%c", *name);
    }
    (void)fputc('"', sql);
}

static void compose_table(FILE *sql, const struct sqlite_schema *schema, enum sqlite_table table) {
    (void)fprintf(sql, "CREATE TABLE %s(row_number INTEGER PRIMARY KEY, ", table_name[table]);
    put_name(sql, columns_id(schema->columns));
    (void)fputs(" TEXT", sql);
    for (size_t i = 0; i < columns_count(schema->columns); i++) {
        const struct column *column = columns_at(schema->columns, i);
        if (sqlite_schema_has(column, table)) {
            (void)fputs(", ", sql);
            put_name(sql, schema->name[i]);
            (void)fputs(column->source == COLUMNS_LINE ? "" : " TEXT", sql);
        }
    }
    (void)fputs(");", sql);
}

static void compose_view(FILE *sql, const struct sqlite_schema *schema) {
    (void)fputs("CREATE VIEW results AS SELECT rows.row_number, rows.", sql);
    put_name(sql, columns_id(schema->columns));
    for (size_t i = 0; i < columns_count(schema->columns); i++) {
        const struct column *column = columns_at(schema->columns, i);
        bool both = sqlite_schema_has(column, SQLITE_ANSWERS) && sqlite_schema_has(column, SQLITE_ERRORS);
        if (column->id) {
            continue;
        }
        (void)fputs(both                                        ? ", coalesce(answers."
                    : sqlite_schema_has(column, SQLITE_ROWS)    ? ", rows."
                    : sqlite_schema_has(column, SQLITE_ANSWERS) ? ", answers."
                                                                : ", errors.",
                    sql);
        put_name(sql, schema->name[i]);
        if (both) {
            (void)fputs(", errors.", sql);
            put_name(sql, schema->name[i]);
            (void)fputs(") AS ", sql);
            put_name(sql, schema->name[i]);
        }
    }
    (void)fputs(" FROM rows LEFT JOIN answers USING(row_number) LEFT JOIN errors USING(row_number);", sql);
}

static void compose_insert(FILE *sql, const struct sqlite_schema *schema, enum sqlite_table table) {
    (void)fprintf(sql, "INSERT INTO %s VALUES(?, ?", table_name[table]);
    for (size_t i = 0; i < columns_count(schema->columns); i++) {
        (void)fputs(sqlite_schema_has(columns_at(schema->columns, i), table) ? ", ?" : "", sql);
    }
    (void)fputc(')', sql);
}

static void compose_all(FILE *sql, const struct sqlite_schema *schema) {
    for (enum sqlite_table table = SQLITE_ROWS; table < SQLITE_TABLES; table++) {
        compose_table(sql, schema, table);
    }
    compose_view(sql, schema);
}

// For people who look a row up. At the end: then it is sorted once.
static void compose_indexes(FILE *sql, const struct sqlite_schema *schema) {
    for (enum sqlite_table table = SQLITE_ROWS; table < SQLITE_TABLES; table++) {
        (void)fprintf(sql, "CREATE INDEX %s_id ON %s(", table_name[table], table_name[table]);
        put_name(sql, columns_id(schema->columns));
        (void)fputs(");", sql);
    }
}

// A text that is written to; what it became, malloc'ed, or NULL.
struct sql {
    FILE *out;
    char *text;
    size_t size;
};

static FILE *begin_text(struct sql *sql) {
    *sql = (struct sql){.text = NULL};
    sql->out = open_memstream(&sql->text, &sql->size);
    return sql->out;
}

static char *end_text(struct sql *sql) {
    if (fclose(sql->out) != 0) {
        free(sql->text);
        return NULL;
    }
    return sql->text;
}

char *sqlite_schema_tables(const struct sqlite_schema *schema) {
    struct sql sql;
    if (begin_text(&sql) == NULL) {
        return NULL;
    }
    compose_all(sql.out, schema);
    return end_text(&sql);
}

char *sqlite_schema_insert(const struct sqlite_schema *schema, enum sqlite_table table) {
    struct sql sql;
    if (begin_text(&sql) == NULL) {
        return NULL;
    }
    compose_insert(sql.out, schema, table);
    return end_text(&sql);
}

char *sqlite_schema_indexes(const struct sqlite_schema *schema) {
    struct sql sql;
    if (begin_text(&sql) == NULL) {
        return NULL;
    }
    compose_indexes(sql.out, schema);
    return end_text(&sql);
}
