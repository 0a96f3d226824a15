#include "ration/schema.h"

#include "ration/json_reader.h"
#include "schema/schema_compile.h"
#include "schema/schema_own.h"
#include "schema/schema_refs.h"
#include "schema/schema_walk.h"
#include "schema/schema_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- the schema ----

static const struct {
    const char *name;
    enum schema_compile_dialect dialect;
} dialects[] = {
    {"https://json-schema.org/draft/2020-12/schema", SCHEMA_COMPILE_2020},
    {"https://json-schema.org/draft/2019-09/schema", SCHEMA_COMPILE_2019},
    {"http://json-schema.org/draft-07/schema", SCHEMA_COMPILE_7},
    {"http://json-schema.org/draft-06/schema", SCHEMA_COMPILE_6},
};

static bool find_dialect(struct schema_compile *compile) {
    const struct json_value *says = json_value_find(compile->document->root, "$schema", 7);
    compile->dialect = SCHEMA_COMPILE_2020;
    if (says == NULL) {
        return true;
    }
    struct json_value name = *says;
    name.length -= name.kind == JSON_VALUE_STRING && name.length > 0 && name.text[name.length - 1] == '#';
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
        if (json_value_says(&name, dialects[i].name)) {
            compile->dialect = dialects[i].dialect;
            return true;
        }
    }
    return schema_compile_wrong(compile, says, "names a draft that ration does not know; %s is the newest",
                                dialects[0].name);
}

static bool compile_all(struct schema *schema, struct schema_compile *compile) {
    struct schema_rule *root =
        find_dialect(compile) ? schema_compile_rule(compile, schema->document.root) : NULL;
    bool good = root != NULL && schema_refs_follow(compile);
    schema->root = root;
    schema->rules = compile->rules;
    schema->contains_covers = compile->dialect == SCHEMA_COMPILE_2020;
    return good;
}

static size_t line_at(const char *text, size_t at) {
    size_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += text[i] == '\n';
    }
    return line;
}

static bool read_text(struct schema *schema, size_t length, struct schema_told *wrong) {
    struct json_reader_fault fault;
    switch (json_reader_read(schema->text, length, &schema->document, &fault)) {
    case JSON_READER_READ:
        return true;
    case JSON_READER_NO_JSON:
        wrong->line = line_at(schema->text, fault.at);
        (void)snprintf(wrong->words, SCHEMA_WORDS, "the schema is not JSON: %s", fault.words);
        return false;
    case JSON_READER_STARVED:
        break;
    }
    return false;
}

struct schema *schema_new(const char *text, size_t length,
                          void (*note)(void *context, const struct schema_told *told), void *context,
                          struct schema_told *wrong) {
    *wrong = (struct schema_told){.line = 1};
    if (length > SCHEMA_MOST) {
        (void)snprintf(wrong->words, SCHEMA_WORDS, "the schema is longer than %zu bytes", SCHEMA_MOST);
        return NULL;
    }
    (void)snprintf(wrong->words, SCHEMA_WORDS, "there is no memory for the schema");
    struct schema *schema = calloc(1, sizeof(*schema));
    if (schema == NULL) {
        return NULL;
    }
    schema->text = malloc(length + 1);
    if (schema->text != NULL) {
        memcpy(schema->text, text, length);
        struct schema_compile compile = {.text = schema->text,
                                         .document = &schema->document,
                                         .note = note,
                                         .context = context,
                                         .wrong = wrong};
        if (read_text(schema, length, wrong) && compile_all(schema, &compile)) {
            return schema;
        }
    }
    schema_free(schema);
    return NULL;
}

void schema_free(struct schema *schema) {
    if (schema != NULL) {
        schema_compile_free(schema->rules);
        json_value_free(&schema->document);
        free(schema->text);
        free(schema);
    }
}

// ---- a text ----

static void say(struct schema_report *report, const char *words) {
    (void)snprintf(report->words, sizeof(report->words), "%s", words);
}

static enum schema_verdict check_value(const struct schema *schema, const char *text,
                                       const struct json_value *value, struct schema_report *report) {
    struct schema_walk walk = {.steps = SCHEMA_STEPS,
                               .contains_covers = schema != NULL && schema->contains_covers};
    if (schema == NULL || schema_walk_value(&walk, schema->root, value)) {
        return SCHEMA_VALID;
    }
    if (walk.starved) {
        return SCHEMA_STARVED;
    }
    if (walk.costly) {
        say(report, "takes too many steps to check against the schema");
        return SCHEMA_COSTLY;
    }
    (void)json_value_path(walk.fault.at, report->path, sizeof(report->path));
    schema_words_say(&walk.fault, schema->text, text, report->words);
    return SCHEMA_INVALID;
}

enum schema_verdict schema_check(const struct schema *schema, const char *text, size_t length,
                                 struct schema_report *report) {
    struct json_document document = {0};
    struct json_reader_fault fault;
    enum schema_verdict verdict = SCHEMA_STARVED;
    *report = (struct schema_report){0};
    switch (json_reader_read(text, length, &document, &fault)) {
    case JSON_READER_READ:
        verdict = check_value(schema, text, document.root, report);
        break;
    case JSON_READER_NO_JSON:
        (void)snprintf(report->words, sizeof(report->words), "is not JSON at its byte %zu: %s", fault.at + 1,
                       fault.words);
        verdict = SCHEMA_NO_JSON;
        break;
    case JSON_READER_STARVED:
        break;
    }
    json_value_free(&document);
    return verdict;
}
