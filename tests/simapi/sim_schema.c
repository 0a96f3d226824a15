#include "sim_schema.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MOST 12 /* of a schema that refers to itself */
#define STRING_MOST 4096

struct maker {
    const cJSON *root;
    const char *subject;
};

static cJSON *make(const struct maker *maker, const cJSON *schema, int depth);

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

const cJSON *sim_schema_wanted(const cJSON *body) {
    const cJSON *of_responses = member(member(member(body, "text"), "format"), "schema");
    const cJSON *of_chat = member(member(member(body, "response_format"), "json_schema"), "schema");
    const cJSON *of_messages = member(member(member(body, "output_config"), "format"), "schema");

    return of_responses ? of_responses : of_chat ? of_chat : of_messages;
}

/* "#/$defs/name", without escapes. */
static const cJSON *follow(const cJSON *root, const char *ref) {
    char step[128];

    if (*ref != '#')
        return NULL;
    for (ref++; *ref == '/' && root; ref += strlen(step)) {
        size_t length = strcspn(++ref, "/");

        if (length >= sizeof(step))
            return NULL;
        memcpy(step, ref, length);
        step[length] = 0;
        root = member(root, step);
    }
    return root;
}

static double bound(const cJSON *schema, const char *name, double otherwise) {
    const cJSON *limit = member(schema, name);

    return cJSON_IsNumber(limit) ? limit->valuedouble : otherwise;
}

static cJSON *make_object(const struct maker *maker, const cJSON *schema, int depth) {
    cJSON *object = cJSON_CreateObject();
    const cJSON *property;

    cJSON_ArrayForEach(property, member(schema, "properties"))
        cJSON_AddItemToObject(object, property->string, make(maker, property, depth + 1));
    return object;
}

static cJSON *make_array(const struct maker *maker, const cJSON *schema, int depth) {
    cJSON *array = cJSON_CreateArray();
    const cJSON *prefix = member(schema, "prefixItems"), *items = member(schema, "items"), *first;
    double least = bound(schema, "minItems", depth < DEPTH_MOST / 2 ? 1 : 0);
    double most = bound(schema, "maxItems", 1000);

    cJSON_ArrayForEach(first, prefix) cJSON_AddItemToArray(array, make(maker, first, depth + 1));
    while (items && cJSON_GetArraySize(array) < least && cJSON_GetArraySize(array) < most)
        cJSON_AddItemToArray(array, make(maker, items, depth + 1));
    return array;
}

/* The subject's characters are counted as bytes; what is cut ends with a whole character. */
static cJSON *make_string(const struct maker *maker, const cJSON *schema) {
    char string[STRING_MOST + 1];
    double least = bound(schema, "minLength", 0), most = bound(schema, "maxLength", STRING_MOST);
    size_t length = strlen(maker->subject);
    size_t room = most < STRING_MOST ? (size_t)most : STRING_MOST;

    length = length > room ? sim_text_prefix_of_bytes(maker->subject, length, room) : length;
    memcpy(string, maker->subject, length);
    while ((double)length < least && length < STRING_MOST)
        string[length++] = '.';
    string[length] = 0;
    return cJSON_CreateString(string);
}

static cJSON *make_number(const cJSON *schema) {
    double least = bound(schema, "minimum", bound(schema, "exclusiveMinimum", 0) + 1);
    double most = bound(schema, "maximum", bound(schema, "exclusiveMaximum", 1e9) - 1);
    double step = bound(schema, "multipleOf", 1);
    double number = least < most ? least : most;

    if (step >= 1 && number > 0)
        number = (double)((long long)((number + step - 1) / step)) * step;
    return cJSON_CreateNumber(number);
}

static cJSON *make_of_type(const struct maker *maker, const cJSON *schema, const char *type, int depth) {
    if (!strcmp(type, "object"))
        return make_object(maker, schema, depth);
    if (!strcmp(type, "array"))
        return make_array(maker, schema, depth);
    if (!strcmp(type, "string"))
        return make_string(maker, schema);
    if (!strcmp(type, "integer") || !strcmp(type, "number"))
        return make_number(schema);
    return !strcmp(type, "boolean") ? cJSON_CreateTrue() : cJSON_CreateNull();
}

static cJSON *make(const struct maker *maker, const cJSON *schema, int depth) {
    static const char *const forms[] = {"anyOf", "oneOf", "allOf"};
    const cJSON *type = member(schema, "type");
    const char *ref = cJSON_GetStringValue(member(schema, "$ref"));

    if (depth > DEPTH_MOST)
        return cJSON_CreateNull();
    if (ref)
        return make(maker, follow(maker->root, ref), depth + 1);
    if (member(schema, "const"))
        return cJSON_Duplicate(member(schema, "const"), 1);
    if (cJSON_GetArraySize(member(schema, "enum")) > 0)
        return cJSON_Duplicate(cJSON_GetArrayItem(member(schema, "enum"), 0), 1);
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (cJSON_GetArraySize(member(schema, forms[i])) > 0)
            return make(maker, cJSON_GetArrayItem(member(schema, forms[i]), 0), depth + 1);
    type = cJSON_IsArray(type) ? cJSON_GetArrayItem(type, 0) : type;
    if (cJSON_IsString(type))
        return make_of_type(maker, schema, type->valuestring, depth);
    return member(schema, "properties") ? make_object(maker, schema, depth) : cJSON_CreateNull();
}

void sim_schema_answer(const cJSON *schema, const char *subject, struct text *out) {
    const struct maker maker = {schema, subject};
    cJSON *value = make(&maker, schema, 0);
    char *text = cJSON_PrintUnformatted(value);

    sim_text_puts(out, text ? text : "null");
    cJSON_free(text);
    cJSON_Delete(value);
}
