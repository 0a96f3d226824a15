#include "schema/schema_refs.h"

#include "schema/schema_resources.h"

// ---- circles that never go deeper ----

static bool goes_round(struct schema_compile *compile, struct schema_rule *rule);

static bool any_goes_round(struct schema_compile *compile, const struct json_value *schemas) {
    for (uint32_t i = 0; schemas != NULL && i < schemas->count; i++) {
        struct schema_rule *rule = schemas->child[i]->mark;
        if (rule != NULL && goes_round(compile, rule)) {
            return true;
        }
    }
    return false;
}

static bool goes_round(struct schema_compile *compile, struct schema_rule *rule) {
    enum { SEEN = 1, OPEN = 2 };
    if (rule == NULL || rule->state == SEEN) {
        return false;
    }
    if (rule->state == OPEN) {
        (void)schema_compile_wrong(compile, rule->source,
                                   "refers to itself for one and the same value, without end");
        return true;
    }
    rule->state = OPEN;
    bool round = goes_round(compile, rule->ref) || goes_round(compile, rule->none) ||
                 goes_round(compile, rule->when) || goes_round(compile, rule->then) ||
                 goes_round(compile, rule->otherwise) || any_goes_round(compile, rule->all_of) ||
                 any_goes_round(compile, rule->any_of) || any_goes_round(compile, rule->one_of) ||
                 any_goes_round(compile, rule->dependent_schemas) ||
                 any_goes_round(compile, rule->dependencies);
    rule->state = SEEN;
    return round;
}

bool schema_refs_follow(struct schema_compile *compile) {
    const struct schema_rule *done = NULL; // all from here on are
    while (compile->rules != done) {
        struct schema_rule *newest = compile->rules;
        for (struct schema_rule *rule = newest; rule != done; rule = rule->older) {
            if (rule->refers == NULL) {
                continue;
            }
            struct json_value *target = schema_resources_find(compile, rule->refers);
            rule->ref = target != NULL ? schema_compile_rule(compile, target) : NULL;
            if (rule->ref == NULL) {
                return false;
            }
        }
        done = newest;
    }
    for (struct schema_rule *rule = compile->rules; rule != NULL; rule = rule->older) {
        if (goes_round(compile, rule)) {
            return false;
        }
    }
    return true;
}
