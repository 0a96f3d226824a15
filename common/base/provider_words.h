// The words of a provider's row, and what its texts may be. Pure, but for the environment. Private to
// common/.
#ifndef RATION_PROVIDER_WORDS_H
#define RATION_PROVIDER_WORDS_H

#include <stdbool.h>

#define PROVIDER_WORDS_NAME "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define PROVIDER_WORDS_MOST 4096U // bytes of a text

enum provider_words_kind {
    PROVIDER_WORDS_SHAPE,    // enum provider_shape
    PROVIDER_WORDS_CHARGING, // enum provider_charging
    PROVIDER_WORDS_CACHING,  // enum provider_caching
    PROVIDER_WORDS_CACHED,   // enum provider_cached
    PROVIDER_WORDS_AUTH,     // enum provider_auth
    PROVIDER_WORDS_BATCHES,  // enum provider_batches
    PROVIDER_WORDS_DIALECT,  // its place in the list alone
};

// The value of that word, or -1.
int provider_words_find(enum provider_words_kind kind, const char *word);
const char *provider_words_name(enum provider_words_kind kind, int value);

// 1..PROVIDER_WORDS_MOST bytes of printable ASCII; with spaces or without.
bool provider_words_printable(const char *text, bool spaces);

// A name that nobody knows, for a message: only where it cannot be a key that got into a wrong place.
const char *provider_words_shown(const char *name);

// What stands for `text`: of the form ${NAME} that variable, or NULL where it is not set; else itself.
const char *provider_words_variable(const char *text);

// `query` with NAME=VALUE, percent-encoded, instead of what it says of NAME or behind all others; malloc'ed.
// NULL: one of them is not printable, too long, or there is no memory.
char *provider_words_query(const char *query, const char *name, const char *value);

#endif
