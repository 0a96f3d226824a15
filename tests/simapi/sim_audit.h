/*
 * The audit: what the server knows of each request, one line each (TSV), in the order in which they ended.
 * Whole lines are written at once, at least every 100 ms while the loop turns. A failing write ends the
 * program.
 */
#ifndef SIMAPI_AUDIT_H
#define SIMAPI_AUDIT_H

#include "sim_account.h"
#include "sim_tag.h"
#include "sim_text.h"

#include <stdbool.h>

struct audit {
    int fd; /* -1: none is kept */
    struct text lines;
    uint64_t flush_due_ns; /* monotonic; UINT64_MAX while nothing waits */
};

struct audit_record {
    uint64_t arrived_ns, answered_ns; /* CLOCK_REALTIME; answered 0: nothing was sent whole */
    struct tag tag;                   /* run NULL: no usable X-Client-Request-Id */
    uint32_t key_hash;                /* 0: no key was sent */
    int status;                       /* as sent; 0: dropped on purpose; -1: the client did not get it */
    const char *fault;                /* "-" when none */
    struct spend charged, used;       /* by the limits */
    struct billed billed;
    uint64_t bill; /* nano-dollars, by --price */
    struct limit_view view[DIMENSION_COUNT];
    const char *limit; /* which refused: a dimension, quota, spend-cap; NULL: none */
    uint64_t day;      /* since time zero, from 1 */
    uint64_t key_line; /* of the keys file; 0: none */
    uint64_t changes;  /* of limits that had come */
    uint64_t outsider; /* requests of the outsider admitted up to then */
    bool spoiled;      /* its limit headers were garbage */
    /* NULL: a request of its own. Otherwise "call", of files and batches, or "batch": a row that was run. */
    const char *way;
    const char *call, *object; /* which call; the id of the batch or file it was about; NULL: none */
    uint64_t asked;            /* sim_ask_hash; 0: not known */
    const char *tier;          /* that answered, or was refused; NULL: none of them */
};

/* Appends to path, with a header line if it was empty; NULL: no audit. Ends the program if it cannot. */
void sim_audit_open(struct audit *a, const char *path);
void sim_audit_add(struct audit *a, const struct audit_record *r, uint64_t now_ns);
void sim_audit_flush_if_due(struct audit *a, uint64_t now_ns);
void sim_audit_close(struct audit *a);

#endif
