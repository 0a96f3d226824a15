// An API key in memory: kept out of core dumps, wiped at the end.
#ifndef RATION_KEY_H
#define RATION_KEY_H

#include <stdbool.h>
#include <stddef.h>

#define KEY_MAX 4096U // bytes, without the terminator

struct key {
    char text[KEY_MAX + 1];
    const struct key *older; // that was used before it, and may still be repeated by a server; NULL: none
};

// Checks that it is 1..KEY_MAX printable ASCII bytes without spaces (surrounding white space is dropped). 0,
// or -1.
int key_set(struct key *key, const char *text, size_t length);
void key_wipe(struct key *key);

// From `count` lines, one key each, to that many keys. An empty line is an empty key, where `optional`. 0, or
// -1 with all of them wiped.
int key_split(const char *text, size_t length, struct key *keys, size_t count, bool optional);

// Each process that holds keys, first thing: no core dumps, no reading of its memory by other users'
// processes.
void key_protect_process(void);

#endif
