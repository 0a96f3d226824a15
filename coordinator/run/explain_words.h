// The words that ration explain knows, by their kind: the tables of the parts that say them, looked at alike.
// Pure.
#ifndef RATION_EXPLAIN_WORDS_H
#define RATION_EXPLAIN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

// One word, as one of the tables has it. It is not copied: `means` may lie in its own `room`.
struct explain_word {
    char name[64];
    char room[160]; // of `means`, where that is put together
    const char *means, *advice;
};

// "failure class", "code", …: the n-th; NULL: there are no more.
const char *explain_words_kind(size_t kind);
// The n-th word of a kind that there is. False: there are no more.
bool explain_words_at(size_t kind, int at, struct explain_word *word);
// The word of the kind that is called so, which need not end with NUL. False: there is none.
bool explain_words_find(const char *kind, const char *name, size_t length, struct explain_word *word);

#endif
