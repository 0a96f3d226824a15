#include "schema/schema_keywords.h"

#include "ration/utf8.h"
#include "schema/decimal.h"
#include "schema/schema_keyword_kinds.h"

#include <stddef.h>
#include <string.h>

// How a keyword is read; the member of the rule that it sets.
struct keyword {
    const char *name;
    bool (*take)(struct schema_compile *compile, struct schema_rule *rule, struct json_value *value,
                 void *member);
    size_t member;
    enum schema_compile_dialect first, last; // the drafts that have it
};
#define ALL SCHEMA_COMPILE_6, SCHEMA_COMPILE_2020
#define UNTIL_2019 SCHEMA_COMPILE_6, SCHEMA_COMPILE_2019
#define SINCE_7 SCHEMA_COMPILE_7, SCHEMA_COMPILE_2020
#define SINCE_2019 SCHEMA_COMPILE_2019, SCHEMA_COMPILE_2020
#define SINCE_2020 SCHEMA_COMPILE_2020, SCHEMA_COMPILE_2020
#define SETS(name) offsetof(struct schema_rule, name)

static const struct keyword keywords[] = {
    {"type", schema_keyword_kinds_type, SETS(types), ALL},
    {"const", schema_keyword_kinds_value, SETS(constant), ALL},
    {"enum", schema_keyword_kinds_list, SETS(choices), ALL},
    {"minimum", schema_keyword_kinds_number, SETS(minimum), ALL},
    {"maximum", schema_keyword_kinds_number, SETS(maximum), ALL},
    {"exclusiveMinimum", schema_keyword_kinds_number, SETS(above), ALL},
    {"exclusiveMaximum", schema_keyword_kinds_number, SETS(below), ALL},
    {"multipleOf", schema_keyword_kinds_divisor, SETS(multiple), ALL},
    {"minLength", schema_keyword_kinds_size, SETS(min_length), ALL},
    {"maxLength", schema_keyword_kinds_size, SETS(max_length), ALL},
    {"pattern", schema_keyword_kinds_pattern, SETS(pattern), ALL},
    {"minItems", schema_keyword_kinds_size, SETS(min_items), ALL},
    {"maxItems", schema_keyword_kinds_size, SETS(max_items), ALL},
    {"uniqueItems", schema_keyword_kinds_flag, SETS(unique), ALL},
    {"minContains", schema_keyword_kinds_size, SETS(min_contains), SINCE_2019},
    {"maxContains", schema_keyword_kinds_size, SETS(max_contains), SINCE_2019},
    {"minProperties", schema_keyword_kinds_size, SETS(min_members), ALL},
    {"maxProperties", schema_keyword_kinds_size, SETS(max_members), ALL},
    {"required", schema_keyword_kinds_names, SETS(required), ALL},
    {"dependentRequired", schema_keyword_kinds_name_lists, SETS(dependent_required), SINCE_2019},
    {"dependentSchemas", schema_keyword_kinds_schema_map, SETS(dependent_schemas), SINCE_2019},
    {"dependencies", schema_keyword_kinds_dependencies, SETS(dependencies), ALL},
    {"properties", schema_keyword_kinds_schema_map, SETS(properties), ALL},
    {"patternProperties", schema_keyword_kinds_matchers, SETS(matcher), ALL},
    {"additionalProperties", schema_keyword_kinds_schema, SETS(additional), ALL},
    {"propertyNames", schema_keyword_kinds_schema, SETS(names), ALL},
    {"prefixItems", schema_keyword_kinds_schemas, SETS(prefix), SINCE_2020},
    {"items", schema_keyword_kinds_items, SETS(items), ALL},
    {"additionalItems", schema_keyword_kinds_more_items, SETS(items), UNTIL_2019},
    {"contains", schema_keyword_kinds_schema, SETS(contains), ALL},
    {"unevaluatedProperties", schema_keyword_kinds_schema, SETS(unevaluated_members), SINCE_2019},
    {"unevaluatedItems", schema_keyword_kinds_schema, SETS(unevaluated_items), SINCE_2019},
    {"allOf", schema_keyword_kinds_schemas, SETS(all_of), ALL},
    {"anyOf", schema_keyword_kinds_schemas, SETS(any_of), ALL},
    {"oneOf", schema_keyword_kinds_schemas, SETS(one_of), ALL},
    {"not", schema_keyword_kinds_schema, SETS(none), ALL},
    {"if", schema_keyword_kinds_schema, SETS(when), SINCE_7},
    {"then", schema_keyword_kinds_schema, SETS(then), SINCE_7},
    {"else", schema_keyword_kinds_schema, SETS(otherwise), SINCE_7},
    {"$ref", schema_keyword_kinds_text, SETS(refers), ALL},
    {"$defs", schema_keyword_kinds_definitions, 0, ALL},
    {"definitions", schema_keyword_kinds_definitions, 0, ALL},
    {"$id", schema_keyword_kinds_named, 0, ALL},
    {"$anchor", schema_keyword_kinds_named, 0, SINCE_2019},
};

// They would have to be checked, and are not.
static const struct {
    const char *name;
    enum schema_compile_dialect first;
    const char *words;
} refused[] = {
    {"$dynamicRef", SCHEMA_COMPILE_2020, "is not followed by ration; say $ref"},
    {"$dynamicAnchor", SCHEMA_COMPILE_2020, "is not followed by ration; say $anchor"},
    {"$recursiveRef", SCHEMA_COMPILE_2019, "is not followed by ration; say $ref"},
    {"$recursiveAnchor", SCHEMA_COMPILE_2019, "is not followed by ration; leave it out"},
};

// They say nothing of what is valid.
static const char *const silent[] = {"title",    "description", "default",  "examples", "deprecated",
                                     "readOnly", "writeOnly",   "$comment", "$schema",  "$vocabulary"};

// They may, where one agrees on it.
static const char *const annotations[] = {"format", "contentEncoding", "contentMediaType", "contentSchema"};

static bool listed(const char *const *words, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], name) == 0) {
            return true;
        }
    }
    return false;
}
#define LISTED(words, name) listed(words, sizeof(words) / sizeof((words)[0]), name)

static const struct keyword *find(const struct schema_compile *compile, const char *name) {
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        const struct keyword *keyword = &keywords[i];
        if (strcmp(keyword->name, name) == 0 && compile->dialect >= keyword->first &&
            compile->dialect <= keyword->last) {
            return keyword;
        }
    }
    return NULL;
}

static bool take_other(struct schema_compile *compile, struct json_value *value, const char *name) {
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (strcmp(refused[i].name, name) == 0 && compile->dialect >= refused[i].first) {
            return schema_compile_wrong(compile, value, "%s", refused[i].words);
        }
    }
    if (LISTED(annotations, name)) {
        schema_compile_note(compile, value, "is sent and not checked here: it is a remark on the schema");
    } else if (!LISTED(silent, name)) {
        schema_compile_note(compile, value,
                            "is no keyword of this draft of JSON Schema: sent, and not checked here");
    }
    return true;
}

bool schema_keywords_take(struct schema_compile *compile, struct schema_rule *rule, struct json_value *value,
                          bool hidden) {
    char name[32];
    struct schema_rule nothing = {0};
    size_t length = value->name_length < sizeof(name) ? value->name_length : 0; // none is so long
    memcpy(name, value->name, length);
    name[length] = '\0';
    const struct keyword *keyword = find(compile, name);
    if (keyword == NULL) {
        return take_other(compile, value, name);
    }
    if (hidden && keyword->take != schema_keyword_kinds_definitions) {
        return true;
    }
    rule = hidden ? &nothing : rule;
    return keyword->take(compile, rule, value, (char *)rule + keyword->member);
}
