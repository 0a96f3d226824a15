// An answer that the run kept as it came, because its API speaks in none of the shapes that it knows: the
// text of its line is the body itself. Pure.
#ifndef RATION_OPAQUE_BODY_H
#define RATION_OPAQUE_BODY_H

#include "ration/json_scan.h"
#include "ration/text.h"

#include <stdbool.h>

// The body, if the line is that of an answer such as one of embeddings: a list with data, and no id of its
// own. It is a part of `room`. False: it is none, or there is no memory (room->failed).
bool opaque_body_find(const struct json_piece *line, struct text *room, struct json_piece *body);

#endif
