#include "schema/schema_keyword_kinds.h"

#include "schema/decimal.h"

#include <string.h>

#define WRONG(...) schema_compile_wrong(compile, value, __VA_ARGS__)

static void keep(void *member, const struct json_value *value) {
    *(const struct json_value **)member = value;
}

// ---- plain values ----

static bool add_type(const struct json_value *value, unsigned *types) {
    static const char *const name[] = {"null",   "boolean", "boolean", "number",
                                       "string", "array",   "object",  "integer"};
    for (unsigned i = 0; i <= SCHEMA_RULE_INTEGER; i++) {
        *types |= json_value_says(value, name[i]) ? 1U << i : 0;
    }
    return value->kind == JSON_VALUE_STRING && *types != 0;
}

SCHEMA_KEYWORD_KIND(type) {
    (void)rule;
    unsigned *types = member;
    bool good = value->kind == JSON_VALUE_ARRAY ? value->count > 0 : add_type(value, types);
    for (uint32_t i = 0; value->kind == JSON_VALUE_ARRAY && i < value->count && good; i++) {
        unsigned one = 0;
        good = add_type(value->child[i], &one);
        *types |= one;
    }
    return good ||
           WRONG("must be one of null, boolean, number, integer, string, array, object, or a list of them");
}

SCHEMA_KEYWORD_KIND(value) {
    (void)compile;
    (void)rule;
    keep(member, value);
    return true;
}

SCHEMA_KEYWORD_KIND(list) {
    (void)rule;
    keep(member, value);
    return value->kind == JSON_VALUE_ARRAY || WRONG("must be a list");
}

SCHEMA_KEYWORD_KIND(number) {
    (void)rule;
    keep(member, value);
    return value->kind == JSON_VALUE_NUMBER || WRONG("must be a number");
}

SCHEMA_KEYWORD_KIND(divisor) {
    (void)rule;
    struct decimal number = {0};
    if (value->kind == JSON_VALUE_NUMBER) {
        number = decimal_of(value->text, value->length);
    }
    keep(member, value);
    return (number.digits > 0 && !number.negative && number.digits <= DECIMAL_DIVISOR_DIGITS) ||
           WRONG("must be a number above 0 of %u digits at most", DECIMAL_DIVISOR_DIGITS);
}

SCHEMA_KEYWORD_KIND(size) {
    (void)rule;
    struct decimal number = {.negative = true};
    if (value->kind == JSON_VALUE_NUMBER) {
        number = decimal_of(value->text, value->length);
    }
    if (number.negative || !decimal_whole(&number)) {
        return WRONG("must be a whole number from 0 on");
    }
    *(struct schema_rule_size *)member =
        (struct schema_rule_size){.set = true, .count = decimal_count(&number)};
    return true;
}

SCHEMA_KEYWORD_KIND(flag) {
    (void)rule;
    *(bool *)member = value->kind == JSON_VALUE_TRUE;
    return value->kind == JSON_VALUE_TRUE || value->kind == JSON_VALUE_FALSE ||
           WRONG("must be true or false");
}

SCHEMA_KEYWORD_KIND(text) {
    (void)rule;
    keep(member, value);
    return value->kind == JSON_VALUE_STRING || WRONG("must be a string");
}

// ---- names ----

SCHEMA_KEYWORD_KIND(names) {
    (void)rule;
    bool good = value->kind == JSON_VALUE_ARRAY;
    for (uint32_t i = 0; good && i < value->count; i++) {
        good = value->child[i]->kind == JSON_VALUE_STRING;
    }
    keep(member, value);
    return good || WRONG("must be a list of names");
}

SCHEMA_KEYWORD_KIND(name_lists) {
    const struct json_value *list;
    bool good = value->kind == JSON_VALUE_OBJECT || WRONG("must be an object with lists of names");
    for (uint32_t i = 0; good && i < value->count; i++) {
        good = schema_keyword_kinds_names(compile, rule, value->child[i], &list);
    }
    keep(member, value);
    return good;
}

SCHEMA_KEYWORD_KIND(dependencies) {
    const struct json_value *list;
    bool good = value->kind == JSON_VALUE_OBJECT || WRONG("must be an object");
    for (uint32_t i = 0; good && i < value->count; i++) {
        struct json_value *child = value->child[i];
        good = child->kind == JSON_VALUE_ARRAY ? schema_keyword_kinds_names(compile, rule, child, &list)
                                               : schema_compile_rule(compile, child) != NULL;
    }
    keep(member, value);
    return good;
}

// ---- patterns ----

static bool make_pattern(struct schema_compile *compile, const struct json_value *value, const char *text,
                         size_t length, struct schema_rule_matcher *matcher) {
    char words[PATTERN_WORDS];
    matcher->source = value;
    matcher->pattern = pattern_new(text, length, words);
    return matcher->pattern != NULL || WRONG("cannot be used: %s", words);
}

SCHEMA_KEYWORD_KIND(pattern) {
    (void)rule;
    return (value->kind == JSON_VALUE_STRING || WRONG("must be a string")) &&
           make_pattern(compile, value, value->text, value->length, member);
}

SCHEMA_KEYWORD_KIND(matchers) {
    if (value->kind != JSON_VALUE_OBJECT) {
        return WRONG("must be an object with patterns as names");
    }
    struct schema_rule_matcher *matcher =
        json_value_room(compile->document, (value->count + 1) * sizeof(struct schema_rule_matcher));
    if (matcher == NULL) {
        return WRONG("finds no memory");
    }
    *(struct schema_rule_matcher **)member = matcher;
    for (uint32_t i = 0; i < value->count; i++) {
        struct json_value *child = value->child[i];
        if (!make_pattern(compile, child, child->name, child->name_length, &matcher[i])) {
            return false;
        }
        rule->matchers++;
        if (schema_compile_rule(compile, child) == NULL) {
            return false;
        }
    }
    return true;
}

// ---- schemas ----

SCHEMA_KEYWORD_KIND(schema) {
    (void)rule;
    *(struct schema_rule **)member = schema_compile_rule(compile, value);
    return *(struct schema_rule **)member != NULL;
}

static bool compile_children(struct schema_compile *compile, const struct json_value *value) {
    bool good = true;
    for (uint32_t i = 0; good && i < value->count; i++) {
        good = schema_compile_rule(compile, value->child[i]) != NULL;
    }
    return good;
}

SCHEMA_KEYWORD_KIND(schemas) {
    (void)rule;
    keep(member, value);
    return ((value->kind == JSON_VALUE_ARRAY && value->count > 0) ||
            WRONG("must be a list of schemas, at least one")) &&
           compile_children(compile, value);
}

SCHEMA_KEYWORD_KIND(schema_map) {
    (void)rule;
    keep(member, value);
    return (value->kind == JSON_VALUE_OBJECT || WRONG("must be an object of schemas")) &&
           compile_children(compile, value);
}

SCHEMA_KEYWORD_KIND(definitions) {
    (void)rule;
    (void)member;
    return (value->kind == JSON_VALUE_OBJECT || WRONG("must be an object of schemas")) &&
           compile_children(compile, value);
}

// A list of schemas for the first items, one for all, or one for those behind the list.
SCHEMA_KEYWORD_KIND(items) {
    if (value->kind != JSON_VALUE_ARRAY) {
        return schema_keyword_kinds_schema(compile, rule, value, member);
    }
    if (compile->dialect == SCHEMA_COMPILE_2020) {
        return WRONG("must be one schema; a list of them is called prefixItems since draft 2020-12");
    }
    rule->prefix = value;
    return compile_children(compile, value);
}

SCHEMA_KEYWORD_KIND(more_items) {
    const struct json_value *items = json_value_find(rule->source, "items", 5);
    struct schema_rule *unused;
    bool says = items != NULL && items->kind == JSON_VALUE_ARRAY;
    return schema_keyword_kinds_schema(compile, rule, value, says ? member : (void *)&unused);
}

// ---- names of schemas, see schema_resources.h ----

SCHEMA_KEYWORD_KIND(named) {
    (void)rule;
    (void)member;
    return value->kind == JSON_VALUE_STRING || WRONG("must be a string");
}
