// What the APIs are sent of a schema, and whether they accept it. Anthropic: "Structured outputs", JSON
// Schema limitations. OpenAI: "Structured model outputs", supported schemas.
#include "schema/schema_own.h"

#include "ration/utf8.h"

#include <stdio.h>
#include <string.h>

static bool listed(const char *const *words, size_t count, const struct json_value *keyword) {
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == keyword->name_length &&
            memcmp(words[i], keyword->name, keyword->name_length) == 0) {
            return true;
        }
    }
    return false;
}
#define LISTED(words, keyword) listed(words, sizeof(words) / sizeof((words)[0]), keyword)

static bool is_few(const struct json_value *value) {
    return value->kind == JSON_VALUE_NUMBER && value->length == 1 &&
           (value->text[0] == '0' || value->text[0] == '1');
}

static bool is_withheld(const struct json_value *keyword) {
    static const char *const words[] = {
        "minimum",     "maximum",   "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "minLength",   "maxLength", "maxItems",         "uniqueItems",      "minContains",
        "maxContains", "contains",  "minProperties",    "maxProperties"};
    static const char *const fewest[] = {"minItems"};
    return LISTED(words, keyword) || (LISTED(fewest, keyword) && !is_few(keyword));
}

// ---- as it is sent ----

static void add_value(struct text *out, const char *text, const struct json_value *value, bool narrow);

// In the order of the text.
static const struct json_value *next_child(const struct json_value *value, uint32_t index) {
    for (uint32_t i = 0; i < value->count; i++) {
        if (value->child[i]->index == index) {
            return value->child[i];
        }
    }
    return NULL;
}

static void add_member(struct text *out, const char *text, const struct json_value *child, bool narrow) {
    if (child->name != NULL) {
        text_add_json(out, child->name, child->name_length);
        text_add(out, ":", 1);
    }
    add_value(out, text, child, narrow);
}

// What is withheld is said in words instead: the model is to know it.
static void add_description(struct text *out, const char *text, const struct json_value *schema) {
    const struct json_value *description = json_value_find(schema, "description", 11);
    const char *between = "{";
    struct text words = {0};
    if (description != NULL && description->kind == JSON_VALUE_STRING) {
        text_add(&words, description->text, description->length);
        text_add(&words, " ", 1);
    }
    for (const struct json_value *child = next_child(schema, 0); child != NULL; child = child->next) {
        if (is_withheld(child)) {
            text_add_string(&words, between);
            text_add(&words, child->name, child->name_length);
            text_add_string(&words, ": ");
            text_add(&words, text + child->begin, child->end - child->begin);
            between = ", ";
        }
    }
    text_add(&words, "}", 1);
    text_add_string(out, "\"description\":");
    text_add_json(out, words.bytes != NULL ? words.bytes : "", words.length);
    out->failed = out->failed || words.failed;
    text_free(&words);
}

static bool withholds(const struct json_value *schema) {
    bool any = false;
    for (uint32_t i = 0; schema->kind == JSON_VALUE_OBJECT && schema->mark != NULL && i < schema->count;
         i++) {
        any = any || is_withheld(schema->child[i]);
    }
    return any;
}

static void add_children(struct text *out, const char *text, const struct json_value *value, bool narrow) {
    const char *between = "";
    bool describes = narrow && withholds(value);
    if (describes) {
        add_description(out, text, value);
        between = ",";
    }
    for (const struct json_value *child = next_child(value, 0); child != NULL; child = child->next) {
        bool described = describes && child->name_length == 11 && memcmp(child->name, "description", 11) == 0;
        if (!described && !(describes && is_withheld(child))) {
            text_add_string(out, between);
            add_member(out, text, child, narrow);
            between = ",";
        }
    }
}

static void add_value(struct text *out, const char *text, const struct json_value *value, bool narrow) {
    switch (value->kind) {
    case JSON_VALUE_OBJECT:
        text_add(out, "{", 1);
        add_children(out, text, value, narrow);
        text_add(out, "}", 1);
        break;
    case JSON_VALUE_ARRAY:
        text_add(out, "[", 1);
        add_children(out, text, value, narrow);
        text_add(out, "]", 1);
        break;
    default:
        text_add(out, text + value->begin, value->end - value->begin);
        break;
    }
}

void schema_add(const struct schema *schema, bool narrow, struct text *out) {
    add_value(out, schema->text, schema->document.root, narrow);
}

// ---- whether it is accepted ----

static bool tell(const struct schema *schema, const struct json_value *value, const char *words,
                 struct schema_told *told) {
    char path[SCHEMA_PATH];
    told->line = 1;
    for (size_t i = 0; i < value->begin; i++) {
        told->line += schema->text[i] == '\n';
    }
    (void)json_value_path(value, path, sizeof(path));
    (void)snprintf(told->words, sizeof(told->words), "%s %s", path[0] != '\0' ? path : "the schema", words);
    utf8_defuse(told->words);
    return true;
}

// The first in the text for which `bad` has words.
static bool find(const struct schema *schema,
                 const char *(*bad)(const struct schema_rule *rule, const struct json_value **at),
                 struct schema_told *told) {
    const struct json_value *first = NULL, *at = NULL;
    const char *words = NULL;
    for (const struct schema_rule *rule = schema->rules; rule != NULL; rule = rule->older) {
        const char *found = bad(rule, &at);
        if (found != NULL && (first == NULL || at->begin < first->begin)) {
            first = at;
            words = found;
        }
    }
    return first != NULL && tell(schema, first, words, told);
}

static const char *withheld(const struct schema_rule *rule, const struct json_value **at) {
    const char *words = NULL;
    for (uint32_t i = 0; rule->source->kind == JSON_VALUE_OBJECT && i < rule->source->count; i++) {
        const struct json_value *keyword = rule->source->child[i];
        if (is_withheld(keyword) && (words == NULL || keyword->begin < (*at)->begin)) {
            *at = keyword;
            words = "and its like are sent as words of the description, because this API refuses them";
        }
    }
    return words;
}

bool schema_withholds(const struct schema *schema, struct schema_told *told) {
    return find(schema, withheld, told);
}

static const struct json_value *optional_property(const struct schema_rule *rule) {
    for (uint32_t i = 0; rule->properties != NULL && i < rule->properties->count; i++) {
        const struct json_value *property = rule->properties->child[i];
        bool required = false;
        for (uint32_t j = 0; rule->required != NULL && j < rule->required->count && !required; j++) {
            required =
                json_value_compare_names(rule->required->child[j]->text, rule->required->child[j]->length,
                                         property->name, property->name_length) == 0;
        }
        if (!required) {
            return property;
        }
    }
    return NULL;
}

static const char *unstrict(const struct schema_rule *rule, const struct json_value **at) {
    static const char *const words[] = {"allOf",
                                        "oneOf",
                                        "not",
                                        "dependentRequired",
                                        "dependentSchemas",
                                        "dependencies",
                                        "if",
                                        "then",
                                        "else",
                                        "patternProperties",
                                        "propertyNames",
                                        "contains",
                                        "prefixItems",
                                        "uniqueItems",
                                        "minProperties",
                                        "maxProperties",
                                        "unevaluatedProperties",
                                        "unevaluatedItems"};
    *at = rule->source;
    for (uint32_t i = 0; rule->source->kind == JSON_VALUE_OBJECT && i < rule->source->count; i++) {
        if (LISTED(words, rule->source->child[i])) {
            *at = rule->source->child[i];
            return "is not part of strict schemas";
        }
    }
    bool object = rule->properties != NULL || (rule->types & 1U << JSON_VALUE_OBJECT) != 0;
    if (object && (rule->additional == NULL || !rule->additional->never)) {
        return "lacks \"additionalProperties\": false";
    }
    const struct json_value *optional = optional_property(rule);
    *at = optional != NULL ? optional : *at;
    return optional != NULL ? "is not among those required" : NULL;
}

bool schema_strict(const struct schema *schema, struct schema_told *told) {
    if (schema->root->types != 1U << JSON_VALUE_OBJECT) {
        (void)tell(schema, schema->document.root, "is not of type object", told);
        return false;
    }
    return !find(schema, unstrict, told);
}
