#include "schema/schema_words.h"

#include "ration/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 60U // bytes of a value

struct words {
    char *out;
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void say(struct words *words, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(words->out + words->length, SCHEMA_WORDS - words->length, format, arguments);
    va_end(arguments);
    if (length > 0) {
        words->length += (size_t)length;
    }
    words->length = words->length < SCHEMA_WORDS ? words->length : SCHEMA_WORDS - 1;
}

// As it stands in its text, cut.
static void say_value(struct words *words, const char *text, const struct json_value *value) {
    size_t size = value->end - value->begin;
    size_t length = size < SHOWN ? size : utf8_whole(text + value->begin, SHOWN);
    say(words, "%.*s%s", (int)length, text + value->begin, size > length ? "…" : "");
}

static void say_name(struct words *words, const char *name, size_t length) {
    char shown[UTF8_PRINTABLE_SIZE];
    say(words, "\"%s\"", utf8_printable(name, length, shown));
}

static const char *kind_name(enum json_value_kind kind) {
    static const char *const name[] = {"null",     "false",    "true",     "a number",
                                       "a string", "an array", "an object"};
    return name[kind];
}

static void say_types(struct words *words, unsigned types) {
    static const char *const name[] = {"null",     "a boolean", "a boolean", "a number",
                                       "a string", "an array",  "an object", "an integer"};
    const char *between = "";
    for (unsigned i = 0; i <= SCHEMA_RULE_INTEGER; i++) {
        if ((types & 1U << i) != 0 && i != JSON_VALUE_TRUE) {
            say(words, "%s%s", between, name[i]);
            between = " or ";
        }
    }
}

static void say_choices(struct words *words, const char *schema, const struct json_value *choices) {
    for (uint32_t i = 0; i < choices->count && words->length < SCHEMA_WORDS / 2; i++) {
        say(words, "%s", i > 0 ? ", " : "");
        say_value(words, schema, choices->child[i]);
    }
}

// "must be at least 5, and is 3"
static void say_bound(struct words *words, const struct schema_walk_fault *fault, const char *schema,
                      const char *text) {
    static const char *const must[] = {
        [SCHEMA_RULE_MINIMUM] = "at least",       [SCHEMA_RULE_MAXIMUM] = "at most",
        [SCHEMA_RULE_ABOVE] = "more than",        [SCHEMA_RULE_BELOW] = "less than",
        [SCHEMA_RULE_MULTIPLE] = "a multiple of",
    };
    say(words, "must be %s ", must[fault->word]);
    say_value(words, schema, fault->detail);
    say(words, ", and is ");
    say_value(words, text, fault->at);
}

static void say_size(struct words *words, const struct schema_walk_fault *fault) {
    const struct schema_rule *rule = fault->rule;
    const struct {
        enum schema_rule_word word;
        const char *most, *what;
        uint64_t count;
    } sizes[] = {
        {SCHEMA_RULE_MIN_LENGTH, "least", "characters", rule->min_length.count},
        {SCHEMA_RULE_MAX_LENGTH, "most", "characters", rule->max_length.count},
        {SCHEMA_RULE_MIN_ITEMS, "least", "items", rule->min_items.count},
        {SCHEMA_RULE_MAX_ITEMS, "most", "items", rule->max_items.count},
        {SCHEMA_RULE_MIN_MEMBERS, "least", "properties", rule->min_members.count},
        {SCHEMA_RULE_MAX_MEMBERS, "most", "properties", rule->max_members.count},
        {SCHEMA_RULE_MIN_CONTAINS, "least", "items as \"contains\" has them",
         rule->min_contains.set ? rule->min_contains.count : 1},
        {SCHEMA_RULE_MAX_CONTAINS, "most", "items as \"contains\" has them", rule->max_contains.count},
    };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        if (sizes[i].word == fault->word) {
            say(words, "must have at %s %llu %s, and has %llu", sizes[i].most,
                (unsigned long long)sizes[i].count, sizes[i].what, (unsigned long long)fault->number);
        }
    }
}

static void say_broken(struct words *words, const struct schema_walk_fault *fault, const char *schema,
                       const char *text) {
    switch (fault->word) {
    case SCHEMA_RULE_NEVER:
        say(words, "is not allowed there");
        break;
    case SCHEMA_RULE_TYPE:
        say(words, "must be ");
        say_types(words, fault->rule->types);
        say(words, ", and is %s", kind_name(fault->named ? JSON_VALUE_STRING : fault->at->kind));
        break;
    case SCHEMA_RULE_CONST:
        say(words, "must be ");
        say_value(words, schema, fault->detail);
        break;
    case SCHEMA_RULE_ENUM:
        say(words, "must be one of ");
        say_choices(words, schema, fault->detail);
        break;
    case SCHEMA_RULE_PATTERN:
        say(words, "must match the pattern ");
        say_value(words, schema, fault->detail);
        break;
    case SCHEMA_RULE_UNIQUE:
        say(words, "has an item twice: ");
        say_value(words, text, fault->detail);
        break;
    case SCHEMA_RULE_REQUIRED:
    case SCHEMA_RULE_DEPENDENT:
        say(words, "lacks the property ");
        say_name(words, fault->detail->text, fault->detail->length);
        break;
    case SCHEMA_RULE_ONE_OF:
        say(words, "keeps to more than one of the schemas in \"oneOf\"");
        break;
    case SCHEMA_RULE_NOT:
        say(words, "keeps to the schema in \"not\"");
        break;
    case SCHEMA_RULE_MINIMUM:
    case SCHEMA_RULE_MAXIMUM:
    case SCHEMA_RULE_ABOVE:
    case SCHEMA_RULE_BELOW:
    case SCHEMA_RULE_MULTIPLE:
        say_bound(words, fault, schema, text);
        break;
    default:
        say_size(words, fault);
        break;
    }
}

void schema_words_say(const struct schema_walk_fault *fault, const char *schema, const char *text,
                      char words[SCHEMA_WORDS]) {
    struct words sentence = {.out = words};
    *words = '\0';
    if (fault->named) {
        say(&sentence, "has a name that ");
    }
    say_broken(&sentence, fault, schema, text);
    if (fault->forms > 0) {
        say(&sentence, " (in the closest of %u forms that are allowed)", fault->forms);
    }
    words[utf8_whole(words, strlen(words))] = '\0';
    utf8_defuse(words);
}
