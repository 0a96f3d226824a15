// Artists whose requests are the same, as groups. Of each group one is the leader, which is asked, or has its
// answer already; the others of it that have none are its followers, and get what it got.
//
// Memory does not grow with the input: hashes of requests go through an id_table, and what is kept of the
// groups stands in temporary files without a name (in $TMPDIR, else /tmp) that are mapped: 12 bytes for each
// artist where any two are the same, 32 for each follower, and 32 to 64 for each leader.
#ifndef RATION_IDENTICAL_H
#define RATION_IDENTICAL_H

#include "input/input_index.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where the records are, and what makes requests of them.
struct identical_input {
    int fd;
    const char *name; // for messages
    const struct input_index *index;
    const struct settings *settings;
};

// What an artist can be to its group.
enum identical_part {
    IDENTICAL_ASKED,    // it has no answer yet: it leads, or follows
    IDENTICAL_ALONE,    // likewise, but it does not follow: something is to become of it of its own
    IDENTICAL_ANSWERED, // it has an answer to its present request: it leads before all others
    IDENTICAL_NONE,     // it does neither
};

struct identical_calls {
    enum identical_part (*part)(void *context, uint32_t artist);
    // Once for each follower; those of a leader one after another, in order. May be NULL.
    void (*follows)(void *context, uint32_t artist, uint32_t leader);
    void *context;
};

struct identical;

// Finds the groups among the artists of the run. *found is NULL when nobody follows; else identical_free()
// it. 0; or -1 after telling, or after a signal (signals_caught()).
int identical_find(const struct identical_input *input, const struct identical_calls *calls,
                   struct identical **found);
void identical_free(struct identical *identical); // may be NULL

// Likewise, but only how many follow when nothing is answered yet: so many requests are saved.
int identical_count(const struct identical_input *input, uint32_t *followers);

// A follower, and where its record stands.
struct identical_follower {
    uint64_t offset, line;
    uint64_t hash; // record_group_hash()
    uint32_t artist;
    uint32_t leader; // another artist
};

uint32_t identical_followers(const struct identical *identical);

// The artist of that id leads: the first of its followers. NULL: it does not.
const struct identical_follower *identical_first(const struct identical *identical, const char *id,
                                                 size_t length);
// The next one of its group, in the order of the input. NULL: that was the last.
const struct identical_follower *identical_next(const struct identical *identical,
                                                const struct identical_follower *follower);

#endif
