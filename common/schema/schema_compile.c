#include "schema/schema_compile.h"

#include "ration/utf8.h"
#include "schema/schema_keywords.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static size_t line_of(const struct schema_compile *compile, const struct json_value *value) {
    size_t line = 1;
    for (size_t i = 0; i < value->begin; i++) {
        line += compile->text[i] == '\n';
    }
    return line;
}

bool schema_compile_wrong(struct schema_compile *compile, const struct json_value *value, const char *format,
                          ...) {
    char path[SCHEMA_PATH];
    va_list arguments;
    if (compile->failed) {
        return false;
    }
    compile->failed = true;
    compile->wrong->line = line_of(compile, value);
    json_value_path(value, path, sizeof(path));
    int length = snprintf(compile->wrong->words, SCHEMA_WORDS, "%s ", path[0] != '\0' ? path : "the schema");
    va_start(arguments, format);
    (void)vsnprintf(compile->wrong->words + length, SCHEMA_WORDS - (size_t)length, format, arguments);
    va_end(arguments);
    utf8_defuse(compile->wrong->words);
    return false;
}

void schema_compile_note(struct schema_compile *compile, const struct json_value *keyword,
                         const char *words) {
    struct schema_told told;
    char name[UTF8_PRINTABLE_SIZE];
    for (uint32_t i = 0; i < compile->notes; i++) {
        const struct json_value *before = compile->noted[i];
        if (json_value_compare_names(before->name, before->name_length, keyword->name,
                                     keyword->name_length) == 0) {
            return;
        }
    }
    if (compile->note == NULL || compile->notes == SCHEMA_COMPILE_NOTES) {
        return;
    }
    compile->noted[compile->notes++] = keyword;
    told.line = line_of(compile, keyword);
    (void)snprintf(told.words, sizeof(told.words), "%s %s",
                   utf8_printable(keyword->name, keyword->name_length, name), words);
    compile->note(compile->context, &told);
}

static bool take_keywords(struct schema_compile *compile, struct schema_rule *rule,
                          const struct json_value *value) {
    struct json_value *ref = json_value_find(value, "$ref", 4);
    bool alone =
        ref != NULL && compile->dialect <= SCHEMA_COMPILE_7; // then a $ref hides what stands beside it
    for (uint32_t i = 0; i < value->count; i++) {
        struct json_value *keyword = value->child[i];
        if (!schema_keywords_take(compile, rule, keyword, alone && keyword != ref)) {
            return false;
        }
    }
    return true;
}

struct schema_rule *schema_compile_rule(struct schema_compile *compile, struct json_value *value) {
    if (value->mark != NULL) {
        return value->mark;
    }
    if (value->kind != JSON_VALUE_OBJECT && value->kind != JSON_VALUE_TRUE &&
        value->kind != JSON_VALUE_FALSE) {
        (void)schema_compile_wrong(compile, value, "must be a schema: an object, true or false");
        return NULL;
    }
    if (++compile->count > SCHEMA_COMPILE_MOST) {
        (void)schema_compile_wrong(compile, value, "is one schema too many; there may be %u",
                                   SCHEMA_COMPILE_MOST);
        return NULL;
    }
    struct schema_rule *rule = json_value_room(compile->document, sizeof(*rule));
    if (rule == NULL) {
        (void)schema_compile_wrong(compile, value, "finds no memory");
        return NULL;
    }
    *rule = (struct schema_rule){
        .source = value, .older = compile->rules, .never = value->kind == JSON_VALUE_FALSE};
    compile->rules = rule;
    value->mark = rule; // before what is in it, which may refer to it
    return value->kind != JSON_VALUE_OBJECT || take_keywords(compile, rule, value) ? rule : NULL;
}

void schema_compile_free(struct schema_rule *rules) {
    for (struct schema_rule *rule = rules; rule != NULL; rule = rule->older) {
        pattern_free(rule->pattern.pattern);
        for (uint32_t i = 0; i < rule->matchers; i++) {
            pattern_free(rule->matcher[i].pattern);
        }
    }
}
