// The calls of a part: each is made here and nowhere else. `done` gets the part.
#ifndef RATION_BATCH_ASK_H
#define RATION_BATCH_ASK_H

#include "batch.h"

typedef void batch_ask_done(void *part, const struct batch_reply *reply);

// Each marks the part as busy until its `done` is called. Without memory the worker ends, told.
void batch_ask_upload(struct batch_part *part, batch_ask_done *done);
void batch_ask_create(struct batch_part *part, batch_ask_done *done);
// A page of the list of batches, behind `after`.
void batch_ask_list(struct batch_part *part, const char *after, batch_ask_done *done);
void batch_ask_look(struct batch_part *part, batch_ask_done *done);
void batch_ask_cancel(struct batch_part *part, const char *id, batch_ask_done *done);
// Its content goes behind what is stored of the part's results.
void batch_ask_file(struct batch_part *part, const char *id, batch_ask_done *done);

#endif
