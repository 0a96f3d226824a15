#include "records/request_format.h"

#include <string.h>

// Which of the two ways it is to be meant, the schema decides. The name is for people, at the API.
static void add_named(const struct schema *schema, struct text *member) {
    struct schema_told told;
    text_add_string(member, "\"name\":\"answer\",\"schema\":");
    schema_add(schema, false, member);
    text_add_string(member, schema_strict(schema, &told) ? ",\"strict\":true" : ",\"strict\":false");
}

static void add_narrow(const struct schema *schema, struct text *member) {
    text_add_string(member, "\"schema\":");
    schema_add(schema, true, member);
}

// What stands before and behind it in each shape.
static const struct {
    const char *before, *behind;
    void (*add)(const struct schema *schema, struct text *member);
} shapes[PROVIDER_SHAPES] = {
    [PROVIDER_RESPONSES] = {"\"text\":{\"format\":{\"type\":\"json_schema\",", "}}", add_named},
    [PROVIDER_CHAT] = {"\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{", "}}", add_named},
    [PROVIDER_MESSAGES] = {"\"output_config\":{\"format\":{\"type\":\"json_schema\",", "}}", add_narrow},
};

void request_format_make(enum provider_shape shape, const struct schema *schema, struct text *member) {
    text_clear(member);
    if (shapes[shape].add == NULL) { // nobody knows where it would stand
        return;
    }
    text_add_string(member, shapes[shape].before);
    shapes[shape].add(schema, member);
    text_add_string(member, shapes[shape].behind);
}

void request_format_add(const struct settings *settings, enum provider_shape shape, struct text *member) {
    struct schema_told wrong;
    text_clear(member);
    if (settings->schema == NULL) {
        return;
    }
    struct schema *schema = schema_new(settings->schema, strlen(settings->schema), NULL, NULL, &wrong);
    if (schema != NULL) {
        request_format_make(shape, schema, member);
    }
    member->failed = member->failed || schema == NULL;
    schema_free(schema);
}
