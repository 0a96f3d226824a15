// What the answer to a call of a part says, without the key.
#ifndef RATION_BATCH_HEARD_H
#define RATION_BATCH_HEARD_H

#include "batch.h"

// What an answer that is no success says, without the key; for people.
#define BATCH_HEARD_SAID 256
const char *batch_heard_said(const struct batch_part *part, const struct batch_reply *reply,
                             char out[BATCH_HEARD_SAID]);

// `what` did not succeed: the same step again, later; told.
void batch_heard_again(struct batch_part *part, const struct batch_reply *reply, const char *what);
// Likewise, after that wait.
void batch_heard_tell(struct batch_part *part, const struct batch_reply *reply, const char *what,
                      uint64_t wait);

// What is kept and told of an answer never has the key, should the API repeat it: in an id that makes it
// none.
bool batch_heard_object(const struct batch_part *part, const struct batch_reply *reply,
                        struct batch_object *object);
// Likewise of one that was found in a list. False: it is none.
bool batch_heard_usable(const struct batch_part *part, struct batch_object *object);
bool batch_heard_id(const struct batch_part *part, const struct batch_reply *reply, char *out, size_t size);
void batch_heard_clean(const struct batch_part *part, char *text, size_t size);

#endif
