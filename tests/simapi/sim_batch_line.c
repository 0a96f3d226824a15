#include "sim_batch_line.h"

#include "sim_utf8.h"

#include <cjson/cJSON.h>
#include <err.h>

static const char *text_of(const cJSON *tree, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, name));
}

bool sim_batch_line_read(struct batch_line *l, enum batch_shape shape, const char *model, const char *line,
                         size_t len) {
    *l = (struct batch_line){0};
    if (len && sim_utf8_valid(line, len))
        l->tree = cJSON_ParseWithLength(line, len);
    if (!cJSON_IsObject(l->tree))
        return false;
    l->custom_id = text_of(l->tree, "custom_id");
    l->method = text_of(l->tree, "method");
    l->url = text_of(l->tree, "url");
    l->body = cJSON_DetachItemFromObjectCaseSensitive(l->tree, shape == BATCH_MESSAGES ? "params" : "body");
    if (shape == BATCH_MISTRAL && cJSON_IsObject(l->body) && !cJSON_HasObjectItem(l->body, "model") &&
        !cJSON_AddStringToObject(l->body, "model", model))
        errx(1, "fatal: no memory for a row of a batch");
    return true;
}

void sim_batch_line_free(struct batch_line *l) {
    cJSON_Delete(l->tree);
    cJSON_Delete(l->body);
    *l = (struct batch_line){0};
}
