// What the answer to a call of a part means, and what follows a row's result. Pure.
#ifndef RATION_BATCH_RULE_H
#define RATION_BATCH_RULE_H

#include "exchange/batch_call.h"
#include "exchange/batch_words.h"
#include "exchange/classify.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stdint.h>

enum batch_rule {
    BATCH_RULE_GOOD,
    BATCH_RULE_LATER,     // nothing was done: the same again, later
    BATCH_RULE_UNKNOWN,   // it may have been done
    BATCH_RULE_REFUSED,   // it would be refused again
    BATCH_RULE_TOO_LARGE, // the file is
};
// A file costs nothing: one that may be there is uploaded again.
enum batch_rule batch_rule_upload(const struct batch_reply *reply);
enum batch_rule batch_rule_create(const struct batch_reply *reply);
// It was cancelled, or there is nothing to cancel any more, or nothing can be: a look at it tells what it is.
bool batch_rule_cancelled(const struct batch_reply *reply);
// Whether a part of so many tokens may be created beside `open` tokens of ours that wait, where the API lets
// so many wait; 0: not known. The only one may always.
bool batch_rule_fits(uint64_t limit, uint64_t open, uint64_t tokens);
// Whether the list goes on, and may have what was made at `made` (seconds since 1970) or later.
bool batch_rule_more(const struct batch_search *search, uint64_t made);
// What is heard of a session's key; begin it zeroed. Times: monotonic.
struct batch_key {
    uint64_t since;    // refused, and never taken since; 0: it is not
    uint32_t refusals; // since then
    bool worked;       // before
};
void batch_rule_key(struct batch_key *key, const struct batch_reply *reply, uint64_t now);
// Nothing is to be hoped for: it was never taken, or is refused for ten minutes, as with one that asks alone.
bool batch_rule_key_gone(const struct batch_key *key, uint64_t now);
// A batch that is not there: in its first hour it is not yet visible, later it is lost. Times in seconds.
bool batch_rule_lost(const struct batch_reply *reply, uint64_t made, uint64_t now);

// What is to stand in the journal for whoever looks at it, of what the API tells now: the record as it is to
// be. False: it differs so little from the line of before, *part, that no other is worth it. `now` in
// seconds.
bool batch_rule_told(const struct batch_object *object, uint64_t now, struct batch_record *part);

// When its window ends, seconds since 1970, as the API tells it, or else `hours` after its creation. 0:
// nobody knows, as where `hours` is 0.
uint64_t batch_rule_until(const struct batch_object *object, uint32_t hours);

enum batch_rule_row { BATCH_ROW_DONE, BATCH_ROW_FAILS, BATCH_ROW_AGAIN, BATCH_ROW_AGAIN_FREE };
// `counted` and `uncounted` attempts came before this one; as many follow as one that is asked alone gets.
enum batch_rule_row batch_rule_row(const struct outcome *outcome, uint32_t counted, uint32_t uncounted,
                                   const struct settings *settings);
// Its result says that it was not run: the window ended first, or the batch was cancelled.
bool batch_rule_unrun(const struct batch_result *result);
// The outcome of a row that has no answer of the model: an error of the batch itself, or nothing at all.
struct outcome batch_rule_without(const struct batch_result *result);

#endif
