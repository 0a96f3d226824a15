// Whether a value keeps to a rule, in bounded steps and depth. Pure.
#ifndef RATION_SCHEMA_WALK_H
#define RATION_SCHEMA_WALK_H

#include "schema/schema_rule.h"

#include <stdbool.h>

// What was broken first; of alternatives that are all broken, what was broken deepest inside the value.
struct schema_walk_fault {
    const struct schema_rule *rule;
    enum schema_rule_word word;
    const struct json_value *at;     // the value
    const struct json_value *detail; // of the schema: the name that is missing, the pattern of a name, …
    uint64_t number;                 // how many there are, of what is counted
    bool named;                      // `at` is the member whose name is meant
    uint32_t forms;                  // it is the best of so many alternatives; 0: of none
};

struct schema_walk {
    uint64_t steps;       // that are left
    uint32_t depth;       // rules in rules
    bool contains_covers; // see schema_covered.h: since 2020-12
    bool costly;          // given up: there is no verdict
    bool starved;         // likewise, for want of memory
    struct schema_walk_fault fault;
};

bool schema_walk_value(struct schema_walk *walk, const struct schema_rule *rule,
                       const struct json_value *value);

// Takes steps. False: there are none.
bool schema_walk_step(struct schema_walk *walk, uint64_t count);

// A broken keyword. Always false.
bool schema_walk_break(struct schema_walk *walk, const struct schema_rule *rule, enum schema_rule_word word,
                       const struct json_value *at, const struct json_value *detail, uint64_t number);

// The rule of a schema in a list or object of the schema's text.
const struct schema_rule *schema_walk_rule(const struct json_value *schema);

#endif
