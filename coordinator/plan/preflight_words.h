// What a server says of its refusal, for people. Pure but for memory.
#ifndef RATION_PREFLIGHT_WORDS_H
#define RATION_PREFLIGHT_WORDS_H

#include "ration/text.h"

#define PREFLIGHT_WORDS 200U

// The message of an error in JSON, cut to its place; "" where there is none. Words that hold a part of `key`,
// as some servers' do, are left out whole.
void preflight_words(const struct text *body, const char *key, char out[PREFLIGHT_WORDS]);

#endif
