/*
 * Takes the requests out of a body {"requests":[{...},...]} that comes in pieces, however large it is. Pure,
 * but for the memory of one element.
 */
#ifndef SIMAPI_BATCH_SPLIT_H
#define SIMAPI_BATCH_SPLIT_H

#include "sim_text.h"

#include <stdbool.h>

#define BATCH_SPLIT_ELEMENT_MAX (32u << 20)

/* An element: the text of a JSON object on one line. It may be changed. False: no more are wanted. */
typedef bool batch_split_take(void *cls, char *element, size_t len);

struct batch_split {
    batch_split_take *take;
    void *cls;
    struct text element, key;
    unsigned depth;
    bool in_string, escaped;
    bool inside; /* the list of requests */
    bool found, ended, wrong;
};

/* What follows a mistake is ignored. */
void sim_batch_split_feed(struct batch_split *s, const char *bytes, size_t len);
/* Whether there was a whole object with a list of objects by that name. */
bool sim_batch_split_whole(const struct batch_split *s);
void sim_batch_split_free(struct batch_split *s);

#endif
