#include "schema/schema_scalar.h"

#include "ration/utf8.h"
#include "schema/decimal.h"

#define BYTES_A_STEP 64U // that are compared or counted

#define BREAK(word, detail, number) schema_walk_break(walk, rule, SCHEMA_RULE_##word, value, detail, number)

static bool keeps_type(struct schema_walk *walk, const struct schema_rule *rule,
                       const struct json_value *value) {
    if (rule->types == 0 || (rule->types & 1U << value->kind) != 0) {
        return true;
    }
    if (value->kind == JSON_VALUE_NUMBER && (rule->types & 1U << SCHEMA_RULE_INTEGER) != 0) {
        struct decimal number = decimal_of(value->text, value->length);
        if (decimal_whole(&number)) {
            return true;
        }
    }
    return BREAK(TYPE, NULL, 0);
}

static bool equals(struct schema_walk *walk, const struct json_value *left, const struct json_value *right) {
    size_t left_size = left->end - left->begin, right_size = right->end - right->begin;
    return schema_walk_step(walk, 1 + (left_size < right_size ? left_size : right_size) / BYTES_A_STEP) &&
           json_value_compare(left, right) == 0;
}

static bool keeps_choice(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value) {
    if (rule->constant != NULL && !equals(walk, rule->constant, value)) {
        return BREAK(CONST, rule->constant, 0);
    }
    bool found = rule->choices == NULL;
    for (uint32_t i = 0; !found && i < rule->choices->count; i++) {
        found = equals(walk, rule->choices->child[i], value);
    }
    return found || BREAK(ENUM, rule->choices, 0);
}

static bool keeps_number(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value) {
    const struct {
        const struct json_value *bound;
        enum schema_rule_word word;
        int least, most; // how the number may compare with it
    } bounds[] = {
        {rule->minimum, SCHEMA_RULE_MINIMUM, 0, 1},
        {rule->maximum, SCHEMA_RULE_MAXIMUM, -1, 0},
        {rule->above, SCHEMA_RULE_ABOVE, 1, 1},
        {rule->below, SCHEMA_RULE_BELOW, -1, -1},
    };
    struct decimal number = decimal_of(value->text, value->length);
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        if (bounds[i].bound == NULL) {
            continue;
        }
        struct decimal bound = decimal_of(bounds[i].bound->text, bounds[i].bound->length);
        int order = decimal_compare(&number, &bound);
        order = (order > 0) - (order < 0);
        if (order < bounds[i].least || order > bounds[i].most) {
            return schema_walk_break(walk, rule, bounds[i].word, value, bounds[i].bound, 0);
        }
    }
    if (rule->multiple != NULL) {
        struct decimal divisor = decimal_of(rule->multiple->text, rule->multiple->length);
        return decimal_multiple(&number, &divisor) || BREAK(MULTIPLE, rule->multiple, 0);
    }
    return true;
}

bool schema_scalar_finds(struct schema_walk *walk, const struct pattern *pattern, const char *text,
                         size_t length) {
    if (!schema_walk_step(walk, 1 + length / BYTES_A_STEP)) {
        return false;
    }
    enum pattern_verdict verdict = pattern_try(pattern, text, length, &walk->steps);
    walk->costly = walk->costly || verdict == PATTERN_COSTLY;
    walk->starved = walk->starved || verdict == PATTERN_STARVED;
    return verdict == PATTERN_MATCHES;
}

static bool keeps_string(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value) {
    if (rule->min_length.set || rule->max_length.set) {
        uint64_t length =
            schema_walk_step(walk, value->length / BYTES_A_STEP) ? utf8_count(value->text, value->length) : 0;
        if (rule->min_length.set && length < rule->min_length.count) {
            return BREAK(MIN_LENGTH, NULL, length);
        }
        if (rule->max_length.set && length > rule->max_length.count) {
            return BREAK(MAX_LENGTH, NULL, length);
        }
    }
    return rule->pattern.pattern == NULL ||
           schema_scalar_finds(walk, rule->pattern.pattern, value->text, value->length) ||
           BREAK(PATTERN, rule->pattern.source, 0);
}

bool schema_scalar_keeps(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value) {
    if (!keeps_type(walk, rule, value) || !keeps_choice(walk, rule, value)) {
        return false;
    }
    if (value->kind == JSON_VALUE_NUMBER) {
        return keeps_number(walk, rule, value);
    }
    return value->kind != JSON_VALUE_STRING || keeps_string(walk, rule, value);
}
