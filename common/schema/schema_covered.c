#include "schema/schema_covered.h"

#include "schema/schema_scalar.h"

static bool covers(struct schema_walk *walk, const struct schema_rule *rule, const struct json_value *child);

// ---- by the rule's own keywords ----

static bool covers_member(struct schema_walk *walk, const struct schema_rule *rule,
                          const struct json_value *child) {
    bool covered = rule->additional != NULL ||
                   (rule->properties != NULL &&
                    json_value_find(rule->properties, child->name, child->name_length) != NULL);
    for (uint32_t i = 0; !covered && i < rule->matchers; i++) {
        covered = schema_scalar_finds(walk, rule->matcher[i].pattern, child->name, child->name_length);
    }
    return covered;
}

static bool covers_item(struct schema_walk *walk, const struct schema_rule *rule,
                        const struct json_value *child) {
    return rule->items != NULL || (rule->prefix != NULL && child->index < rule->prefix->count) ||
           (walk->contains_covers && rule->contains != NULL &&
            schema_walk_value(walk, rule->contains, child));
}

// ---- by those that it applies to the same value ----

static bool any_covers(struct schema_walk *walk, const struct json_value *schemas,
                       const struct json_value *child) {
    bool covered = false;
    for (uint32_t i = 0; schemas != NULL && !covered && i < schemas->count; i++) {
        covered = covers(walk, schema_walk_rule(schemas->child[i]), child);
    }
    return covered;
}

// Only those that the value keeps to.
static bool any_kept_covers(struct schema_walk *walk, const struct json_value *schemas,
                            const struct json_value *child) {
    bool covered = false;
    for (uint32_t i = 0; schemas != NULL && !covered && i < schemas->count; i++) {
        const struct schema_rule *form = schema_walk_rule(schemas->child[i]);
        covered = covers(walk, form, child) && schema_walk_value(walk, form, child->parent);
    }
    return covered;
}

static bool any_dependent_covers(struct schema_walk *walk, const struct json_value *schemas,
                                 const struct json_value *child) {
    bool covered = false;
    for (uint32_t i = 0; schemas != NULL && !covered && i < schemas->count; i++) {
        const struct json_value *of = schemas->child[i];
        covered = json_value_find(child->parent, of->name, of->name_length) != NULL &&
                  covers(walk, schema_walk_rule(of), child);
    }
    return covered;
}

static bool condition_covers(struct schema_walk *walk, const struct schema_rule *rule,
                             const struct json_value *child) {
    if (rule->when == NULL) {
        return false;
    }
    if (!schema_walk_value(walk, rule->when, child->parent)) {
        return rule->otherwise != NULL && covers(walk, rule->otherwise, child);
    }
    return covers(walk, rule->when, child) || (rule->then != NULL && covers(walk, rule->then, child));
}

// All but the keyword itself that asks.
static bool others_cover(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *child) {
    if (!schema_walk_step(walk, 1)) {
        return false;
    }
    bool own = child->name != NULL ? covers_member(walk, rule, child) : covers_item(walk, rule, child);
    return own || (rule->ref != NULL && covers(walk, rule->ref, child)) ||
           any_covers(walk, rule->all_of, child) || any_kept_covers(walk, rule->any_of, child) ||
           any_kept_covers(walk, rule->one_of, child) ||
           any_dependent_covers(walk, rule->dependent_schemas, child) || condition_covers(walk, rule, child);
}

static bool covers(struct schema_walk *walk, const struct schema_rule *rule, const struct json_value *child) {
    const struct schema_rule *rest =
        child->name != NULL ? rule->unevaluated_members : rule->unevaluated_items;
    return rest != NULL || others_cover(walk, rule, child);
}

bool schema_covered_keeps(struct schema_walk *walk, const struct schema_rule *rule,
                          const struct json_value *value) {
    const struct schema_rule *rest = value->kind == JSON_VALUE_OBJECT  ? rule->unevaluated_members
                                     : value->kind == JSON_VALUE_ARRAY ? rule->unevaluated_items
                                                                       : NULL;
    bool kept = true;
    for (uint32_t i = 0; rest != NULL && kept && i < value->count; i++) {
        const struct json_value *child = value->child[i];
        kept = others_cover(walk, rule, child) || schema_walk_value(walk, rest, child);
    }
    return kept && !walk->costly && !walk->starved;
}
