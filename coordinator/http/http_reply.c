#include "http/http_reply.h"

#include "ration/arena.h"
#include "ration/json_text.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#define JSON "application/json"
#define PROMETHEUS "text/plain; version=0.0.4; charset=utf-8"

struct http_reply http_reply_message(unsigned status, bool good, const char *message) {
    cJSON *object = cJSON_CreateObject();
    (void)cJSON_AddBoolToObject(object, "ok", good);
    (void)cJSON_AddStringToObject(object, "message", message);
    struct http_reply reply = {.status = status, .type = JSON, .text = json_text(object)};
    cJSON_Delete(object);
    return reply;
}

struct http_reply http_reply_read(const struct http_hooks *hooks, enum http_what what) {
    bool well = true;
    struct http_reply reply = {.type = what == HTTP_METRICS ? PROMETHEUS : JSON};
    reply.text = hooks->read(hooks->context, what, &well);
    reply.status = well ? 200 : 503;
    return reply;
}

struct http_reply http_reply_find(const struct http_hooks *hooks, enum http_what what,
                                  const struct http_wanted *wanted) {
    unsigned status = 200;
    char *text = hooks->find != NULL ? hooks->find(hooks->context, what, wanted, &status) : NULL;
    if (text != NULL && status != 200) {
        struct http_reply reply = http_reply_message(status, false, text);
        free(text);
        return reply;
    }
    return (struct http_reply){.status = status, .type = JSON, .text = text};
}

// The number of {"workers":N}, and nothing else.
static bool read_workers(const char *body, size_t length, uint32_t *number) {
    cJSON *object = cJSON_ParseWithLength(body, length);
    const cJSON *workers = cJSON_GetObjectItemCaseSensitive(object, "workers");
    double value = cJSON_IsNumber(workers) ? workers->valuedouble : 0;
    bool good = cJSON_GetArraySize(object) == 1 && value >= 1 && value <= BOUNDS_SLOTS &&
                (double)(uint32_t)value == value;
    *number = good ? (uint32_t)value : 0;
    cJSON_Delete(object);
    return good;
}

// Nothing or {}: gently; {"at_once":true}; and nothing else.
static bool read_stop(const char *body, size_t length, uint32_t *number) {
    if (length == 0) {
        *number = CONTROL_GENTLY;
        return true;
    }
    cJSON *object = cJSON_ParseWithLength(body, length);
    const cJSON *at_once = cJSON_GetObjectItemCaseSensitive(object, "at_once");
    bool good = cJSON_IsObject(object) && (cJSON_GetArraySize(object) == 0 ||
                                           (cJSON_GetArraySize(object) == 1 && cJSON_IsBool(at_once)));
    *number = cJSON_IsTrue(at_once) ? CONTROL_AT_ONCE : CONTROL_GENTLY;
    cJSON_Delete(object);
    return good;
}

static struct http_reply obey(const struct http_hooks *hooks, const struct control_command *command) {
    struct control_answer answer = {.good = true};
    hooks->obey(hooks->obey_context, command, &answer);
    return http_reply_message(answer.good ? 200 : answer.again ? 503 : 409, answer.good, answer.message);
}

struct http_reply http_reply_change(const struct http_hooks *hooks, enum http_what what, const char *body,
                                    size_t length) {
    struct control_command command = {.verb = CONTROL_WORKERS};
    switch (what) {
    case HTTP_PAUSE:
        command.verb = CONTROL_PAUSE;
        return obey(hooks, &command);
    case HTTP_RESUME:
        command.verb = CONTROL_RESUME;
        return obey(hooks, &command);
    case HTTP_WORKERS:
        if (!read_workers(body, length, &command.number)) {
            return http_reply_message(400, false, "the body must be {\"workers\":N}, N from 1 to 64");
        }
        return obey(hooks, &command);
    case HTTP_STOP:
        command.verb = CONTROL_STOP;
        if (!read_stop(body, length, &command.number)) {
            return http_reply_message(400, false, "the body must be empty, {} or {\"at_once\":true}");
        }
        return obey(hooks, &command);
    case HTTP_RESET:
        command.verb = CONTROL_RESET;
        return obey(hooks, &command);
    case HTTP_PAGE:
    case HTTP_METRICS:
    case HTTP_HEALTH:
    case HTTP_STATUS:
    case HTTP_REQUESTS:
    case HTTP_QUEUE:
    case HTTP_EVENTS:
    case HTTP_ANSWERS_PAGE:
    case HTTP_ANSWERS:
    case HTTP_INPUT:
    default:
        return http_reply_message(404, false, "no such call");
    }
}
