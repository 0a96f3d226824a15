// What is wrong with a value, in a sentence that a person and a model understand. Pure.
#ifndef RATION_SCHEMA_WORDS_H
#define RATION_SCHEMA_WORDS_H

#include "ration/schema.h"
#include "schema/schema_walk.h"

// `schema` and `text`: what the values of the rule and of the fault were read from.
void schema_words_say(const struct schema_walk_fault *fault, const char *schema, const char *text,
                      char words[SCHEMA_WORDS]);

#endif
