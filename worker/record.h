// What is recorded of exchanges that have ended.
#ifndef RATION_RECORD_H
#define RATION_RECORD_H

#include "ended.h"
#include "worker.h"

#include <stdbool.h>

// Its answer. Without memory for it the worker ends, and the artist stays in flight on the board.
void record_answer(struct worker *worker, struct ended *ended);
// The class of its line in the errors file.
enum outcome_class record_class(const struct ended *ended);
// Its failure, for good; it is told. `unproven`: see struct retry_policy_decision.
void record_error(struct worker *worker, struct ended *ended, bool unproven);
// Its failure, should it turn out to be one: see recorder_add_kept().
void record_keep_error(struct worker *worker, const struct ended *ended);

#endif
