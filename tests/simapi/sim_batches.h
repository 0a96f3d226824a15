/* The batches there are, of all shapes and accounts, and what of each is known. */
#ifndef SIMAPI_BATCHES_H
#define SIMAPI_BATCHES_H

#include "sim_account.h"
#include "sim_ask.h"
#include "sim_batch_calls.h"
#include "sim_batch_clock.h"
#include "sim_batch_options.h"
#include "sim_batch_path.h"
#include "sim_batch_rows.h"
#include "sim_files.h"
#include "sim_text.h"

enum batch_state {
    BATCH_VALIDATING,
    BATCH_RUNNING,
    BATCH_CANCELLING, /* asked for; nothing more is run */
    BATCH_REST,       /* the rows that were not run get lines that say so */
    BATCH_FINALIZING,
    BATCH_FAILED, /* this one and those after it: ended */
    BATCH_COMPLETED,
    BATCH_EXPIRED,
    BATCH_CANCELLED,
    BATCH_STATES
};

struct batch_counts {
    uint64_t succeeded, errored, cancelled, expired;
};

struct batch {
    struct batch *older;
    char id[BATCH_ID];
    enum batch_shape shape;
    enum api api;
    uint64_t number, lot;
    const struct account *owner;
    uint64_t key_line;
    uint32_t key_hash;
    /* As they were asked for; NULL: not told. metadata is JSON. */
    char *endpoint, *model, *metadata, *window;
    char input_id[BATCH_ID], output_id[BATCH_ID], error_id[BATCH_ID]; /* empty: none */
    FILE *input, *output, *errors;
    char *output_path, *errors_path;
    struct batch_rows rows;
    bool indexed;        /* rows is whole */
    uint64_t line_count; /* of the input that was read so far */
    size_t total;        /* rows, once indexed */
    size_t done;         /* of them, dealt with */
    uint64_t tokens;     /* of the input of all rows */
    struct batch_counts counts;
    struct billed used;          /* not what was written */
    enum batch_state state, end; /* end: of a batch with a rest */
    uint64_t at_ns[BATCH_STATES],
        expires_ns;       /* batches' clock; 0: not yet; at_ns[BATCH_VALIDATING]: created */
    struct text failures; /* the list of errors of a failed one: JSON objects with commas between */
    uint64_t failure_count;
    bool faulty[BATCH_FAULT_COUNT]; /* of the whole batch */
    size_t bad_row;                 /* with the fault "line": which, from 1 */
    bool one_file;                  /* errors stand among the answers */
    bool deleted;
};

/* How often something was run, by its hash. */
struct batch_ran {
    uint64_t hash, times;
};

struct batches {
    const struct batch_options *options;
    struct batch_clock clock;
    struct files files;
    struct batch_faults faults;
    struct batch *newest;
    uint64_t now_ns; /* batches' clock, when the present call came */
    uint64_t count, rows_run, rows_billed;
    uint64_t due_ns; /* monotonic, when one of them has something to do; UINT64_MAX: none has */
    struct batch_calls *calls;
    struct batch_ran *ran;
    size_t ran_count, ran_cap;
};

/* seed: of the simulator's lot. NULL where the options have no folder. */
struct batches *sim_batches_start(const struct batch_options *o, uint64_t monotonic_ns, uint64_t real_ns);
/* A batch without rows, of this account, created now. */
struct batch *sim_batches_add(struct batches *all, enum batch_shape shape, const struct account *owner,
                              uint64_t seed, uint64_t now_ns);
/* NULL: not there, deleted, no longer kept, or another account's. */
struct batch *sim_batches_find(const struct batches *all, enum batch_shape shape, const char *id,
                               const struct account *owner, uint64_t now_ns);
/* From now on in this state. */
void sim_batches_enter(struct batch *b, enum batch_state state, uint64_t now_ns);
bool sim_batches_ended(const struct batch *b);
/* Whether it is older than batches are kept. One of messages is archived then: told, but without results. */
bool sim_batches_too_old(const struct batches *all, const struct batch *b, uint64_t now_ns);
/* Whether the fault happens to b, counted; kept in b->faulty, too. */
bool sim_batches_fault(struct batches *all, struct batch *b, enum batch_fault f);
/* How a file of b without lines is told: never the default, never any. */
enum batch_no_lines sim_batches_no_lines(const struct batches *all, const struct batch *b);
/* Gives up what only a batch that has not ended needs. */
void sim_batches_close(struct batch *b);
/* How often what has this hash was run, with this time. */
uint64_t sim_batches_ran(struct batches *all, uint64_t hash);
void sim_batches_free(struct batches *all);

#endif
