#include "schema/schema_walk.h"

#include "schema/schema_covered.h"
#include "schema/schema_inside.h"
#include "schema/schema_scalar.h"

#define DEPTH_MOST 2000U // rules in rules: each takes some of the stack

bool schema_walk_step(struct schema_walk *walk, uint64_t count) {
    if (walk->costly || walk->starved) {
        return false;
    }
    walk->costly = walk->steps < count;
    walk->steps -= walk->costly ? 0 : count;
    return !walk->costly;
}

bool schema_walk_break(struct schema_walk *walk, const struct schema_rule *rule, enum schema_rule_word word,
                       const struct json_value *at, const struct json_value *detail, uint64_t number) {
    walk->fault =
        (struct schema_walk_fault){.rule = rule, .word = word, .at = at, .detail = detail, .number = number};
    return false;
}

const struct schema_rule *schema_walk_rule(const struct json_value *schema) {
    return schema->mark;
}

// ---- alternatives ----

// What is told of those that are all broken: the deepest, and rather a detail than another kind of value.
static bool tells_more(const struct schema_walk_fault *fault, const struct schema_walk_fault *than) {
    bool plain =
        than->word == SCHEMA_RULE_TYPE || than->word == SCHEMA_RULE_CONST || than->word == SCHEMA_RULE_NEVER;
    return fault->at->depth > than->at->depth || (fault->at->depth == than->at->depth && plain);
}

// How many of them are kept to, up to `enough`. With none of them the walk's fault is the best one.
static uint32_t count_kept(struct schema_walk *walk, const struct json_value *schemas,
                           const struct json_value *value, uint32_t enough) {
    struct schema_walk_fault best = {0};
    uint32_t kept = 0;
    for (uint32_t i = 0; i < schemas->count && kept < enough; i++) {
        if (schema_walk_value(walk, schema_walk_rule(schemas->child[i]), value)) {
            kept++;
        } else if (walk->costly || walk->starved || walk->fault.at == NULL) {
            return 0;
        } else if (best.at == NULL || tells_more(&walk->fault, &best)) {
            best = walk->fault;
        }
    }
    if (kept == 0) {
        best.forms = schemas->count;
        walk->fault = best;
    }
    return kept;
}

static bool keeps_alternatives(struct schema_walk *walk, const struct schema_rule *rule,
                               const struct json_value *value) {
    if (rule->any_of != NULL && count_kept(walk, rule->any_of, value, 1) == 0) {
        return false;
    }
    uint32_t kept = rule->one_of != NULL ? count_kept(walk, rule->one_of, value, 2) : 1;
    if (kept > 1) {
        return schema_walk_break(walk, rule, SCHEMA_RULE_ONE_OF, value, NULL, kept);
    }
    if (kept == 0) {
        return false;
    }
    if (rule->none != NULL && schema_walk_value(walk, rule->none, value)) {
        return schema_walk_break(walk, rule, SCHEMA_RULE_NOT, value, rule->none->source, 0);
    }
    return !walk->costly && !walk->starved;
}

static bool keeps_condition(struct schema_walk *walk, const struct schema_rule *rule,
                            const struct json_value *value) {
    if (rule->when == NULL || (rule->then == NULL && rule->otherwise == NULL)) {
        return true;
    }
    const struct schema_rule *next =
        schema_walk_value(walk, rule->when, value) ? rule->then : rule->otherwise;
    return !walk->costly && !walk->starved && (next == NULL || schema_walk_value(walk, next, value));
}

static bool keeps_all(struct schema_walk *walk, const struct schema_rule *rule,
                      const struct json_value *value) {
    bool kept = rule->ref == NULL || schema_walk_value(walk, rule->ref, value);
    for (uint32_t i = 0; kept && rule->all_of != NULL && i < rule->all_of->count; i++) {
        kept = schema_walk_value(walk, schema_walk_rule(rule->all_of->child[i]), value);
    }
    return kept;
}

bool schema_walk_value(struct schema_walk *walk, const struct schema_rule *rule,
                       const struct json_value *value) {
    if (!schema_walk_step(walk, 1)) {
        return false;
    }
    if (rule->never) {
        return schema_walk_break(walk, rule, SCHEMA_RULE_NEVER, value, NULL, 0);
    }
    if (walk->depth == DEPTH_MOST) {
        walk->costly = true;
        return false;
    }
    walk->depth++;
    bool kept = schema_scalar_keeps(walk, rule, value) && keeps_all(walk, rule, value) &&
                schema_inside_keeps(walk, rule, value) && keeps_alternatives(walk, rule, value) &&
                keeps_condition(walk, rule, value) && schema_covered_keeps(walk, rule, value);
    walk->depth--;
    return kept;
}
