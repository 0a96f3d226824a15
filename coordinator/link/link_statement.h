// What is asked of the database: one statement each, complete in itself, so that it may be asked again.
#ifndef RATION_LINK_STATEMENT_H
#define RATION_LINK_STATEMENT_H

#include <stdint.h>

#define LINK_LANES 2 // connections: ticks go by the first, all that may take longer by the second

struct link_statement {
    const char *sql;
    uint32_t values;
    uint32_t binary; // the value that is bytes; DATABASE_VALUES: all are texts
    int lane;
    uint64_t patience; // nanoseconds
};

// NULL: there is none of that kind.
const struct link_statement *link_statement(uint32_t call);

#endif
