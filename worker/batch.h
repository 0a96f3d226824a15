// A worker in batch mode: its parts, and what they share. One worker of a run has all of them, so whoever
// comes after its death finds everything in the journal. Rows: claimed → in the part that fills → at the
// provider → recorded, or → in another part.
#ifndef RATION_BATCH_H
#define RATION_BATCH_H

#include "batch_rule.h"
#include "batch_spool.h"
#include "exchange/batch_call.h"
#include "exchange/batch_line.h"
#include "exchange/batch_words.h"
#include "ration/batch_journal.h"
#include "worker.h"

#include <stdbool.h>
#include <stdint.h>

#define BATCH_PARTS 24U // of a worker at once, with the API and before
#define BATCH_FOREIGN 16U

enum batch_step {
    BATCH_STEP_FREE,
    BATCH_STEP_FILLING,   // takes rows
    BATCH_STEP_FULL,      // to be uploaded
    BATCH_STEP_UPLOADED,  // to be created
    BATCH_STEP_CREATING,  // the creation is under way
    BATCH_STEP_SEARCHING, // its answer was lost: looked for in the provider's list
    BATCH_STEP_POLLING,   // at the provider
    BATCH_STEP_OUTPUT,    // has ended: its answers are fetched,
    BATCH_STEP_ERRORS,    // and its errors
    BATCH_STEP_READING,   // they are recorded
};

struct batch;

struct batch_part {
    struct batch *batch;
    enum batch_step step;
    bool busy;       // a call is under way
    bool cancelled;  // the API was told to
    bool adopted;    // made by a worker of before: its rows come as they are claimed
    bool missing;    // it was refused, and its rows are waited for to say which of them was
    bool booked;     // what its rows may cost is
    bool counted;    // and they for the daily quota
    uint64_t cost;   // nano-dollars that its rows may cost at most; once booked: what of that still is,
    uint32_t shares; // and of how many rows
    uint32_t no_room, no_room_alone; // how often the API had none for it; and with nothing beside it
    bool crowded; // UPLOADED: it waits until too many tokens wait with the API no more, or for money
    struct batch_record record;
    struct batch_rows rows; // as the journal has them
    struct batch_spool spool;
    uint32_t left;                                                 // rows of the spool without an end
    uint32_t session;                                              // whose key made it
    uint64_t next;                                                 // monotonic: nothing before that
    uint64_t since;                                                // monotonic: the step began
    uint32_t tries;                                                // of the step
    void (*answered)(void *part, const struct batch_reply *reply); // its call
    struct batch_search search;
    struct batch_object object; // as last seen
    int results;                // the file of its results,
    uint64_t stored, read_at;   // its length, and how far it is read
    uint32_t swept;             // rows of the spool that were looked at since
    uint32_t unknown;           // results of rows that are not the part's
    uint32_t large;             // results that are larger than an answer may be
    uint32_t unread;            // lines of which nobody knows whose result they are
    uint32_t cuts;              // how often the file that is fetched came cut off
    bool short_of;              // a file of its results is cut off, or is not there
    bool roomless;              // what came last found no room on the disk
    bool says_unrun;            // they name rows that were not run
    bool weighed;               // `doubtful` is known, and told
    struct batch_rows doubtful; // rows that may have been run, and have no result that can be read
    struct batch_rest {         // what its rows without a result come to
        enum outcome_class kind;
        bool free; // and it costs them no attempt
        char code[64], message[512];
    } rest;
    struct { // the line that is sent
        uint32_t row;
        uint64_t begins, ends;
        struct text text;
    } sent;
};

struct batch {
    struct worker *worker;
    struct batch_calls *calls;
    int journal;
    struct batch_parts before; // as the journal had it at the start; parts that were adopted are in part[]
    struct batch_part part[BATCH_PARTS];
    uint8_t *held; // a bit for each artist: it stands in a part, or aside
    uint32_t held_count;
    uint32_t last_number;
    char run[32];
    char foreign[BATCH_FOREIGN][128]; // ids of batches that are none of ours
    uint32_t foreigners;
    enum provider_batches api; // whose batches they are
    bool messages;             // Anthropic's batches: no file, and no names in the list
    char *path;                // of the requests: "/v1/responses"
    uint64_t most_bytes;       // of a part; lowered where one was too large
    uint64_t idle_since;       // monotonic: there is nothing to claim; 0: there is
    struct batch_spool aside;  // rows that found no part, see batch_aside.h
    uint32_t aside_next;       // the first of them that still stands there
    struct batch_key key[BOUNDS_SESSIONS];
    struct batch_row_data data; // scratch
    struct text line, body[KINDS_MOST];
    struct digest *digest; // of the part that fills
    // Tokens that the API lets wait for each session, as it said when there were too many; 0: it did not.
    uint64_t enqueued[BOUNDS_SESSIONS];
    uint32_t turn;        // whose results are read
    bool poor;            // money or the quota keeps a row, or a part, back
    uint64_t stuck_since; // monotonic: so that nothing is at the API, or can go there; 0: it is not so
    bool left_out;        // rows in doubt are left to a later run
    bool parted;          // all is at the provider, and the worker leaves (--detach)
};

#endif
