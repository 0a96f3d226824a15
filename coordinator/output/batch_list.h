// The parts of a batch as people are told of them: those that are under way, and the latest of those that are
// over. Made of the lines of their journal, one after another, in bounded memory. Pure.
#ifndef RATION_BATCH_LIST_H
#define RATION_BATCH_LIST_H

#include "ration/batch_journal.h"

#include <stddef.h>
#include <stdint.h>

#define BATCH_LIST_MOST 40U // a worker has 24 at once
#define BATCH_LIST_WORDS 96U

// How the parts ended that are over.
enum batch_list_end {
    BATCH_LIST_COMPLETED,
    BATCH_LIST_EXPIRED,   // the window was over first: what was done is recorded, the rest is asked again
    BATCH_LIST_CANCELLED, // likewise
    BATCH_LIST_FAILED,    // the API refused it whole
    BATCH_LIST_LOST,      // nobody knows it any more
    BATCH_LIST_UNMADE,    // it never was with the API
    BATCH_LIST_ENDS,
};

// Begin it zeroed.
struct batch_list {
    uint32_t parts; // with the API, or perhaps
    uint64_t rows;  // of these,
    uint64_t until; // and when the last of them ends, in seconds since 1970; 0: not known
    uint32_t local; // that are written or uploaded, and not made yet
    uint64_t end[BATCH_LIST_ENDS];
    uint32_t count; // in the order of their first lines; what there is no room for is only counted above
    struct batch_record part[BATCH_LIST_MOST];
};

// The next line. One that is torn changes nothing.
void batch_list_add(struct batch_list *list, const struct batch_record *record);
// Without a worker: what was not made is not under way, and is not listed.
void batch_list_at_rest(struct batch_list *list);

bool batch_list_is_over(const struct batch_record *part);
enum batch_list_end batch_list_how(const struct batch_record *part); // of one that is over
// "completed", …
const char *batch_list_end_name(enum batch_list_end end);
// What a part is doing, or how it ended, in a word: "uploaded", "in_progress", "expired", …
const char *batch_list_word(const struct batch_record *part);
// How people call it: its number; with its run before it where that is not `run`. NULL: always with it.
const char *batch_list_name(const struct batch_record *part, const char *run, char out[48]);
// Until when its results are kept at least, in seconds since 1970; 0: not known.
uint64_t batch_list_kept(const struct batch_record *part);
// Results that are kept for less are told of.
#define BATCH_LIST_KEPT_LEAST UINT64_C(259200) // seconds: three days
// The same of that part which is with the API and whose results are kept for the shortest time.
uint64_t batch_list_kept_least(const struct batch_list *list);
// "5 parts with 300 rows are with the API until …"; "": none is.
const char *batch_list_words(const struct batch_list *list, char out[BATCH_LIST_WORDS]);

#endif
