#include "input/bits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int bits_set(struct bits *bits, size_t number) {
    size_t at = number / 64;
    if (at >= bits->words) {
        size_t words = at + at / 2 + 64;
        uint64_t *word = reallocarray(bits->word, words, sizeof(*word));
        if (word == NULL) {
            return ENOMEM;
        }
        memset(word + bits->words, 0, (words - bits->words) * sizeof(*word));
        bits->word = word;
        bits->words = words;
    }
    bits->word[at] |= 1ULL << (number % 64);
    return 0;
}

bool bits_get(const struct bits *bits, size_t number) {
    return number / 64 < bits->words && (bits->word[number / 64] >> (number % 64) & 1) != 0;
}

void bits_free(struct bits *bits) {
    free(bits->word);
    bits->word = NULL;
    bits->words = 0;
}
