/* What the command line says of files and batches. Times are of the batches' clock. */
#ifndef SIMAPI_BATCH_OPTIONS_H
#define SIMAPI_BATCH_OPTIONS_H

#include "sim_batch_fault.h"

/* Words of options, in the order of the enums behind them. */
#define BATCH_NO_LINES_WORDS "null|empty-string|empty-file|any"
#define BATCH_CALL_WORDS "upload,files,file,content,delete,create,list,poll,cancel,results"

/* How a file in which there would be no line is told. */
enum batch_no_lines {
    BATCH_NO_LINES_DEFAULT, /* null */
    BATCH_NO_LINES_NULL,
    BATCH_NO_LINES_EMPTY_STRING,
    BATCH_NO_LINES_EMPTY_FILE,
    BATCH_NO_LINES_ANY /* one of the three, by lot */
};

struct batch_options {
    const char *folder;             /* NULL: there are no such APIs here */
    uint64_t rows_most, bytes_most; /* of a batch, of its file or body; 0: as the API has it */
    uint64_t open_most;             /* batches of an account that have not ended; 0: any number */
    uint64_t hourly_most;           /* creations an hour; 0: any number */
    uint64_t enqueued_tokens;       /* of an account and a model; 0: any number */
    uint64_t token_factor;          /* of what is counted for that: as tokenizers differ */
    uint64_t queued_rows;           /* of an account, messages alone; 0: any number */
    uint64_t calls_most;            /* of an account in a minute; 0: any number */
    uint64_t speed;                 /* of the batches' clock: seconds in a second, 1 and up */
    uint64_t validate_ns, row_ns, finalize_ns, cancel_ns;
    uint64_t window_ns;         /* 0: nothing expires */
    uint64_t hidden_ns, lag_ns; /* 404 at first; not yet in lists */
    uint64_t keep_ns;           /* then they are gone; 0: never */
    enum batch_no_lines no_lines;
    bool check_bodies; /* a body that the API refuses fails the whole batch in validation */
    bool in_order, one_file, no_rest;
    bool azure;              /* the words of its documents, where they differ from OpenAI's */
    bool together;           /* as Together's client has it: see sim_batch_together.h */
    const char *fault_calls; /* which calls the faults of calls are of; names with commas between */
    uint64_t fault_times;    /* how often each fault may happen */
    double fault[BATCH_FAULT_COUNT];
};

#endif
