// Looking things up in a parsed body. Whatever stands where it is not expected is as if it were absent. Pure.
#ifndef RATION_ANSWER_TREE_H
#define RATION_ANSWER_TREE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

// NULL when `object` is none, or has no such member; the first of two with one name.
const cJSON *answer_tree_member(const cJSON *object, const char *key);

// A string that is not empty, else NULL.
const char *answer_tree_string(const cJSON *object, const char *key);

// A string of the item itself, likewise.
const char *answer_tree_text(const cJSON *item);

// A number, or text that is one ("12"), finite and not negative. False: it is neither.
bool answer_tree_number(const cJSON *item, double *number);

// Whether an object's member is this word.
bool answer_tree_is(const cJSON *object, const char *key, const char *word);

#endif
