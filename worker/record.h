// The lines of exchanges that have ended: into the recorder's queue.
#ifndef RATION_RECORD_H
#define RATION_RECORD_H

#include "ended.h"
#include "worker.h"

#include <stdbool.h>

// Its answer. Without memory for it the worker ends, and the artist stays in flight on the board.
void record_answer(struct worker *worker, struct ended *ended);
// Its failure, for good; it is told. `unproven`: see struct retry_policy_decision.
void record_error(struct worker *worker, struct ended *ended, bool unproven);
// The line alone, added to `text`.
void record_error_line(const struct worker *worker, const struct ended *ended, bool unproven,
                       struct text *text);

#endif
