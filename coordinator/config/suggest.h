// "Did you mean": of the words that are known, the one that somebody most likely wanted to write. Pure.
#ifndef RATION_SUGGEST_H
#define RATION_SUGGEST_H

#include <stddef.h>

#define SUGGEST_LONGEST 64U // longer words are like no other

// Letters to insert, leave out, replace, or swap with their neighbour, to make one word of the other;
// capitals count as small letters, and _ as -. Above `most`: most + 1.
size_t suggest_distance(const char *a, const char *b, size_t most);

struct suggest {
    const char *word;
    const char *best; // or NULL
    size_t distance;  // of the best
};

void suggest_begin(struct suggest *suggest, const char *word);
// `known` must outlive *suggest. The first of several that are equally near is kept.
void suggest_offer(struct suggest *suggest, const char *known);
// Likewise, for words with | between, of which the nearest is copied to `out`; "" where none is near.
void suggest_of_list(const char *word, const char *words, char separator, char out[SUGGEST_LONGEST]);
// The nearest that was offered, or NULL: none is near enough to be meant.
const char *suggest_best(const struct suggest *suggest);

#endif
