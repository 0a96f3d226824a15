// Makes rules of a schema's text.
#ifndef RATION_SCHEMA_COMPILE_H
#define RATION_SCHEMA_COMPILE_H

#include "ration/json_value.h"
#include "ration/schema.h"
#include "schema/schema_rule.h"

#include <stdbool.h>

enum schema_compile_dialect { SCHEMA_COMPILE_6, SCHEMA_COMPILE_7, SCHEMA_COMPILE_2019, SCHEMA_COMPILE_2020 };

#define SCHEMA_COMPILE_NOTES 32U
#define SCHEMA_COMPILE_MOST 5000U // schemas in one text

struct schema_compile {
    const char *text;
    struct json_document *document;
    enum schema_compile_dialect dialect;
    struct schema_rule *rules; // all, the newest first
    uint32_t count;            // of them
    void (*note)(void *context, const struct schema_told *told);
    void *context;
    const struct json_value *noted[SCHEMA_COMPILE_NOTES]; // values of keywords that were told
    uint32_t notes;
    struct schema_told *wrong;
    bool failed;
};

// The rule of a value that is a schema. NULL: it is wrong, which is told.
struct schema_rule *schema_compile_rule(struct schema_compile *compile, struct json_value *value);

// Says what is wrong with a value of the schema. Always false.
bool schema_compile_wrong(struct schema_compile *compile, const struct json_value *value, const char *format,
                          ...) __attribute__((format(printf, 3, 4)));

// Likewise what is not checked, once for each keyword.
void schema_compile_note(struct schema_compile *compile, const struct json_value *keyword, const char *words);

// Patterns of all rules; the rest lives as long as the document.
void schema_compile_free(struct schema_rule *rules);

#endif
