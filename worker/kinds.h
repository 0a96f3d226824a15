// The kinds of request of a run: sessions with the same provider and model send the same bodies; another one,
// as a fallback, sends the same row as its own API wants it.
#ifndef RATION_KINDS_H
#define RATION_KINDS_H

#include "ration/provider.h"
#include "ration/record_reader.h"
#include "ration/request.h"
#include "ration/settings.h"
#include "ration/text.h"

#include <stdint.h>

#define KINDS_MOST 4U

struct kinds {
    uint32_t count;
    uint32_t of[BOUNDS_SESSIONS]; // the kind of each session
    struct request_maker *maker[KINDS_MOST];
    struct settings settings[KINDS_MOST]; // the run's, with the model of the kind; nothing of them is owned
};

// From the settings, which must outlive it, and the provider of each session. 0, or -1 with errno of
// request_new(); to be freed in either case.
int kinds_open(struct kinds *kinds, const struct settings *settings, const struct provider *const *provider);
void kinds_free(struct kinds *kinds);

// The body of each kind for that row, and the hash of the first. 0, or -1 when out of memory.
int kinds_make(struct kinds *kinds, const struct record *record, struct text body[KINDS_MOST],
               char hash[REQUEST_HASH_SIZE]);

#endif
