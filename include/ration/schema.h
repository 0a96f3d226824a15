// JSON Schema, draft 2020-12 (and 2019-09, 7 and 6 where $schema says so): whether a text is JSON that keeps
// to one. The coordinator looks at a schema before anything is sent, the workers check answers with it.
// Neither a schema nor an answer can make that take long: depth, size and steps are bounded, and what goes
// beyond is a verdict of its own.
//
// Checked: type, const, enum, the bounds of numbers, strings, arrays and objects, multipleOf, pattern,
// uniqueItems, properties, patternProperties, additionalProperties, propertyNames, required,
// dependentRequired, dependentSchemas, dependencies, items, prefixItems, additionalItems, contains,
// unevaluatedProperties, unevaluatedItems, allOf, anyOf, oneOf, not, if, then, else, $ref within the
// document, $defs, $anchor. What else would have to be checked is refused; what need not be is told.
#ifndef RATION_SCHEMA_H
#define RATION_SCHEMA_H

#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEMA_MOST ((size_t)1 << 20) // bytes of its text
#define SCHEMA_WORDS 512U
#define SCHEMA_PATH 256U
#define SCHEMA_STEPS 4000000U // of one check: less than a second

struct schema;

// What is said of the schema itself, as the end of a sentence.
struct schema_told {
    size_t line; // of its text, from 1 on
    char words[SCHEMA_WORDS];
};

// What it says and is not checked is told through `note` (NULL: nobody listens), each keyword once. NULL:
// *wrong says why.
struct schema *schema_new(const char *text, size_t length,
                          void (*note)(void *context, const struct schema_told *told), void *context,
                          struct schema_told *wrong);
void schema_free(struct schema *schema);

enum schema_verdict {
    SCHEMA_VALID,
    SCHEMA_INVALID,
    SCHEMA_NO_JSON,
    SCHEMA_COSTLY, // it was given up; counts as invalid
    SCHEMA_STARVED // no memory: nothing is known
};

// Why a text is not valid: where, as a JSON pointer ("" is the whole), and in a sentence without a full stop.
struct schema_report {
    char path[SCHEMA_PATH];
    char words[SCHEMA_WORDS];
};

// What is sent of it: without white space, and where `narrow` without the keywords of
// schema_withholds(), which are words of the description then.
void schema_add(const struct schema *schema, bool narrow, struct text *out);

// Whether there are keywords that Anthropic's API refuses (bounds of numbers, strings and arrays); *told has
// the first.
bool schema_withholds(const struct schema *schema, struct schema_told *told);

// Whether it is one that OpenAI's strict mode accepts: all properties of each object are required, none is
// added, and some keywords are not used. *told says why not.
bool schema_strict(const struct schema *schema, struct schema_told *told);

// `schema` may be NULL: then all JSON is valid.
enum schema_verdict schema_check(const struct schema *schema, const char *text, size_t length,
                                 struct schema_report *report);

#endif
