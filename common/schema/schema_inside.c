#include "schema/schema_inside.h"

#include "schema/schema_scalar.h"

#include <stdlib.h>

#define BYTES_A_STEP 8U // of items that are sorted

#define BREAK(word, detail, number) schema_walk_break(walk, rule, SCHEMA_RULE_##word, value, detail, number)

// ---- arrays ----

static bool keeps_items(struct schema_walk *walk, const struct schema_rule *rule,
                        const struct json_value *value) {
    uint32_t prefix = rule->prefix != NULL ? rule->prefix->count : 0;
    for (uint32_t i = 0; i < value->count; i++) {
        const struct schema_rule *item = i < prefix ? schema_walk_rule(rule->prefix->child[i]) : rule->items;
        if (item == NULL) {
            return true; // and so are all that follow
        }
        if (!schema_walk_value(walk, item, value->child[i])) {
            return false;
        }
    }
    return true;
}

static bool keeps_contains(struct schema_walk *walk, const struct schema_rule *rule,
                           const struct json_value *value) {
    uint64_t found = 0;
    for (uint32_t i = 0; i < value->count; i++) {
        found += schema_walk_value(walk, rule->contains, value->child[i]);
    }
    if (found < (rule->min_contains.set ? rule->min_contains.count : 1)) {
        return BREAK(MIN_CONTAINS, rule->contains->source, found);
    }
    return !rule->max_contains.set || found <= rule->max_contains.count ||
           BREAK(MAX_CONTAINS, rule->contains->source, found);
}

static bool keeps_unique(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value) {
    const struct json_value *twice = NULL;
    if (value->count < 2 || !schema_walk_step(walk, (value->end - value->begin) / BYTES_A_STEP)) {
        return value->count < 2;
    }
    struct json_value **item = calloc(value->count, 2 * sizeof(struct json_value *));
    if (item == NULL) {
        walk->starved = true;
        return false;
    }
    for (uint32_t i = 0; i < value->count; i++) {
        item[i] = value->child[i];
    }
    json_value_sort(item, item + value->count, value->count, json_value_compare);
    for (uint32_t i = 1; i < value->count && twice == NULL; i++) {
        twice = json_value_compare(item[i - 1], item[i]) == 0 ? item[i] : NULL;
    }
    free(item);
    return twice == NULL || BREAK(UNIQUE, twice, 0);
}

static bool keeps_array(struct schema_walk *walk, const struct schema_rule *rule,
                        const struct json_value *value) {
    if (rule->min_items.set && value->count < rule->min_items.count) {
        return BREAK(MIN_ITEMS, NULL, value->count);
    }
    if (rule->max_items.set && value->count > rule->max_items.count) {
        return BREAK(MAX_ITEMS, NULL, value->count);
    }
    return keeps_items(walk, rule, value) && (rule->contains == NULL || keeps_contains(walk, rule, value)) &&
           (!rule->unique || keeps_unique(walk, rule, value));
}

// ---- objects ----

static const struct json_value *first_missing(const struct json_value *names,
                                              const struct json_value *object) {
    for (uint32_t i = 0; names != NULL && i < names->count; i++) {
        if (json_value_find(object, names->child[i]->text, names->child[i]->length) == NULL) {
            return names->child[i];
        }
    }
    return NULL;
}

// Of dependentRequired, dependentSchemas and dependencies: those of members that are there.
static bool keeps_dependent(struct schema_walk *walk, const struct schema_rule *rule,
                            const struct json_value *dependencies, const struct json_value *value) {
    for (uint32_t i = 0; dependencies != NULL && i < dependencies->count; i++) {
        const struct json_value *of = dependencies->child[i];
        if (json_value_find(value, of->name, of->name_length) == NULL) {
            continue;
        }
        if (of->kind != JSON_VALUE_ARRAY) {
            if (!schema_walk_value(walk, schema_walk_rule(of), value)) {
                return false;
            }
            continue;
        }
        const struct json_value *missing = first_missing(of, value);
        if (missing != NULL) {
            return BREAK(DEPENDENT, missing, 0);
        }
    }
    return true;
}

static bool keeps_member(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *member) {
    const struct json_value *named =
        rule->properties != NULL ? json_value_find(rule->properties, member->name, member->name_length)
                                 : NULL;
    bool known = named != NULL;
    if (known && !schema_walk_value(walk, schema_walk_rule(named), member)) {
        return false;
    }
    for (uint32_t i = 0; i < rule->matchers; i++) {
        const struct schema_rule_matcher *matcher = &rule->matcher[i];
        if (!schema_scalar_finds(walk, matcher->pattern, member->name, member->name_length)) {
            continue;
        }
        known = true;
        if (!schema_walk_value(walk, schema_walk_rule(matcher->source), member)) {
            return false;
        }
    }
    return known || rule->additional == NULL || schema_walk_value(walk, rule->additional, member);
}

static bool keeps_name(struct schema_walk *walk, const struct schema_rule *rule,
                       const struct json_value *member) {
    struct json_value name = {.kind = JSON_VALUE_STRING,
                              .text = member->name,
                              .length = member->name_length,
                              .depth = member->depth,
                              .begin = member->begin,
                              .end = member->begin + member->name_length};
    bool kept = schema_walk_value(walk, rule->names, &name);
    if (!kept) {
        walk->fault.at = member; // the name is gone when it is told
        walk->fault.named = true;
    }
    return kept;
}

static bool keeps_members(struct schema_walk *walk, const struct schema_rule *rule,
                          const struct json_value *value) {
    bool looks =
        rule->properties != NULL || rule->matchers > 0 || rule->additional != NULL || rule->names != NULL;
    for (uint32_t i = 0; looks && i < value->count; i++) {
        const struct json_value *member = value->child[i];
        if (!schema_walk_step(walk, 1) || (rule->names != NULL && !keeps_name(walk, rule, member)) ||
            !keeps_member(walk, rule, member)) {
            return false;
        }
    }
    return true;
}

static bool keeps_object(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value) {
    const struct json_value *missing = first_missing(rule->required, value);
    if (missing != NULL) {
        return BREAK(REQUIRED, missing, 0);
    }
    if (rule->min_members.set && value->count < rule->min_members.count) {
        return BREAK(MIN_MEMBERS, NULL, value->count);
    }
    if (rule->max_members.set && value->count > rule->max_members.count) {
        return BREAK(MAX_MEMBERS, NULL, value->count);
    }
    return keeps_members(walk, rule, value) && keeps_dependent(walk, rule, rule->dependent_required, value) &&
           keeps_dependent(walk, rule, rule->dependent_schemas, value) &&
           keeps_dependent(walk, rule, rule->dependencies, value);
}

bool schema_inside_keeps(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value) {
    if (value->kind == JSON_VALUE_ARRAY) {
        return keeps_array(walk, rule, value);
    }
    return value->kind != JSON_VALUE_OBJECT || keeps_object(walk, rule, value);
}
