// A schema as it is checked: one rule for each object or boolean that is a schema. Rules of the schemas in a
// list or an object of the text are the marks of their values there.
#ifndef RATION_SCHEMA_RULE_H
#define RATION_SCHEMA_RULE_H

#include "ration/json_value.h"
#include "ration/pattern.h"

#include <stdbool.h>
#include <stdint.h>

#define SCHEMA_RULE_INTEGER 7 // a type beside the kinds of values

// The keywords that can be broken.
enum schema_rule_word {
    SCHEMA_RULE_NEVER, // the schema false
    SCHEMA_RULE_TYPE,
    SCHEMA_RULE_CONST,
    SCHEMA_RULE_ENUM,
    SCHEMA_RULE_MINIMUM,
    SCHEMA_RULE_MAXIMUM,
    SCHEMA_RULE_ABOVE,
    SCHEMA_RULE_BELOW,
    SCHEMA_RULE_MULTIPLE,
    SCHEMA_RULE_MIN_LENGTH,
    SCHEMA_RULE_MAX_LENGTH,
    SCHEMA_RULE_PATTERN,
    SCHEMA_RULE_MIN_ITEMS,
    SCHEMA_RULE_MAX_ITEMS,
    SCHEMA_RULE_UNIQUE,
    SCHEMA_RULE_MIN_CONTAINS,
    SCHEMA_RULE_MAX_CONTAINS,
    SCHEMA_RULE_MIN_MEMBERS,
    SCHEMA_RULE_MAX_MEMBERS,
    SCHEMA_RULE_REQUIRED,
    SCHEMA_RULE_DEPENDENT,
    SCHEMA_RULE_ANY_OF,
    SCHEMA_RULE_ONE_OF,
    SCHEMA_RULE_NOT,
};

struct schema_rule_size {
    bool set;
    uint64_t count;
};

struct schema_rule_matcher {
    struct pattern *pattern;
    const struct json_value *source; // patternProperties: the schema with that name
};

// Pointers that are NULL say nothing.
struct schema_rule {
    const struct json_value *source;
    struct schema_rule *older; // of all rules
    bool never;
    unsigned types; // bits of the kinds; 0: all
    const struct json_value *constant, *choices;
    const struct json_value *minimum, *maximum, *above, *below, *multiple;
    struct schema_rule_size min_length, max_length, min_items, max_items, min_members, max_members;
    struct schema_rule_size min_contains, max_contains;
    bool unique;
    struct schema_rule_matcher pattern;
    const struct json_value *required, *dependent_required, *dependent_schemas, *dependencies;
    const struct json_value *properties, *prefix, *all_of, *any_of, *one_of;
    struct schema_rule_matcher *matcher; // of patternProperties
    uint32_t matchers;
    struct schema_rule *additional, *names, *items, *contains, *none, *when, *then, *otherwise, *ref;
    struct schema_rule *unevaluated_members, *unevaluated_items;
    // see schema_refs.h
    const struct json_value *refers; // the text of $ref
    int state;                       // in the search for circles
};

#endif
