#include "input/request_check.h"

#include "config/config_prices.h"
#include "ration/json_reader.h"
#include "ration/json_scan.h"
#include "ration/log.h"
#include "ration/request_form.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NO_OBJECT "its body is not one valid JSON object; mend it"

int request_check_begin(struct request_check *check, struct settings *settings) {
    *check = (struct request_check){.settings = settings, .maker = request_new(settings, NULL)};
    if (check->maker == NULL) {
        log_fatal("config",
                  errno == EINVAL ? "a '{{' in the prompt is not closed by '}}'; close it" : "out of memory");
        return -1;
    }
    const struct form *form = request_form(check->maker);
    check->all = form == NULL || settings->params_column != NULL || form_has_json(form);
    for (const char *at = settings->form; at != NULL && (at = strstr(at, "{{")) != NULL; at += 2) {
        check->places++;
    }
    return 0;
}

void request_check_end(struct request_check *check) {
    request_free(check->maker);
    text_free(&check->body);
    text_free(&check->models);
    *check = (struct request_check){0};
}

static const cJSON *get(const cJSON *tree, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(tree, key);
}

// An empty name is none.
static bool is_name(const cJSON *item) {
    return cJSON_IsString(item) && item->valuestring[0] != '\0';
}

static bool is_there(const cJSON *item) {
    return item != NULL && !cJSON_IsNull(item);
}

static bool is_list(const cJSON *item) {
    return cJSON_IsArray(item) && cJSON_GetArraySize(item) > 0;
}

// What all of the shapes whose text is read have in common.
static const char *common_problem(const cJSON *tree) {
    const cJSON *count = get(tree, "n");
    if (!is_name(get(tree, "model")) && !cJSON_IsObject(get(tree, "prompt"))) {
        return "its body names no model; give --model, or write \"model\"";
    }
    if (count != NULL && !(cJSON_IsNumber(count) && count->valuedouble == 1)) {
        return "its body asks for several answers (n), of which only one would be kept; leave it out";
    }
    return NULL;
}

static const char *problem_of(enum provider_shape shape, const cJSON *tree) {
    const char *problem = shape != PROVIDER_OPAQUE ? common_problem(tree) : NULL;
    if (problem != NULL) {
        return problem;
    }
    switch (shape) {
    case PROVIDER_RESPONSES:
        if (!is_there(get(tree, "input")) && !is_there(get(tree, "prompt"))) {
            return "its body has neither \"input\" nor \"prompt\"; write one";
        }
        return cJSON_IsTrue(get(tree, "background")) ? "its body asks for an answer in the background, which "
                                                       "would not be waited for; leave it out"
                                                     : NULL;
    case PROVIDER_CHAT:
        return is_list(get(tree, "messages")) ? NULL : "its body has no \"messages\"; write a list of them";
    case PROVIDER_MESSAGES:
        if (!is_list(get(tree, "messages"))) {
            return "its body has no \"messages\"; write a list of them";
        }
        return cJSON_IsNumber(get(tree, "max_tokens"))
                   ? NULL
                   : "its body has no \"max_tokens\", which the API needs; "
                     "write it, or give --max-output-tokens";
    case PROVIDER_OPAQUE:
    default:
        return NULL;
    }
}

// Which of two members of one name an API takes is open. What is too long for the strict reader, as lists of
// tokens may be, is let through.
static bool has_twice(const char *body, size_t length) {
    struct json_document document = {0};
    struct json_reader_fault fault;
    bool twice = json_reader_read(body, length, &document, &fault) == JSON_READER_NO_JSON && fault.twice;
    json_value_free(&document);
    return twice;
}

const char *request_check_body(enum provider_shape shape, const char *body, size_t length) {
    if (json_scan_value(body, length) != length) { // cJSON takes more than JSON is
        return NO_OBJECT;
    }
    if (has_twice(body, length)) {
        return "its body has an object with two members of one name; leave one out";
    }
    cJSON *tree = cJSON_ParseWithLength(body, length);
    const char *problem = cJSON_IsObject(tree) ? problem_of(shape, tree) : NO_OBJECT;
    cJSON_Delete(tree);
    return problem;
}

// The record's endpoint is one of the run's from now on. -1: they are too many.
static int take_endpoint(struct settings *settings, const char *path) {
    for (size_t i = 0; i < settings->endpoints; i++) {
        if (strcmp(settings->endpoint[i], path) == 0) {
            return 0;
        }
    }
    if (settings->endpoints == SETTINGS_MAX_ENDPOINTS) {
        return -1;
    }
    settings->endpoint[settings->endpoints] = strdup(path);
    if (settings->endpoint[settings->endpoints] == NULL) {
        return -1;
    }
    settings->endpoints++;
    return 0;
}

static void note_model(struct request_check *check) {
    size_t length = 0;
    const char *model = check->all ? request_form_text(check->body.bytes, "model", &length) : NULL;
    const char *at = check->models.bytes, *end = at != NULL ? at + check->models.length : NULL;
    if (model == NULL || check->model_count == REQUEST_CHECK_MODELS) {
        return;
    }
    while (at != NULL && at < end) {
        size_t line = (size_t)((const char *)memchr(at, '\n', (size_t)(end - at)) - at);
        if (line == length && memcmp(at, model, length) == 0) {
            return;
        }
        at += line + 1;
    }
    text_add(&check->models, model, length);
    text_add(&check->models, "\n", 1);
    check->model_count++;
}

static void note_tier(struct request_check *check) {
    size_t length = 0;
    const char *tier = check->all ? request_form_text(check->body.bytes, "service_tier", &length) : NULL;
    check->dear = check->dear || (tier != NULL && config_prices_dear_tier(tier, length));
}

static void note_limit(struct request_check *check) {
    text_add(&check->body, "", 1); // a NUL, which is no part of it
    if (!check->body.failed) {
        check->body.length--;
        uint64_t limit = request_form_limit(check->body.bytes);
        check->limit = limit > check->limit ? limit : check->limit;
        note_model(check);
        note_tier(check);
    }
}

static bool say(char *message, size_t size, const char *text) {
    (void)snprintf(message, size, "%s", text[0] != '\0' ? text : "out of memory while making its request");
    return false;
}

// Whether its body may be longer than is possible: a byte of a text takes up to 6 (\u001f) in each place, and
// the first body holds all else.
static bool may_be_long(const struct request_check *check, const struct record *record) {
    size_t length = 0;
    for (size_t i = 0; i < record->columns; i++) {
        length += record->field[i].length;
    }
    return check->places > 0 && length > (REQUEST_CHECK_MOST - check->length) / check->places / 6;
}

bool request_check_record(struct request_check *check, const struct record *record, char *message,
                          size_t size) {
    char path[REQUEST_PATH_MOST];
    if (check->seen && !check->all && !may_be_long(check, record)) {
        return true;
    }
    if (request_prepare(check->maker, record) != 0 || request_body(check->maker, &check->body) != 0 ||
        request_path(check->maker, path) != 0) {
        return say(message, size, request_problem(check->maker));
    }
    check->length = check->seen ? check->length : check->body.length;
    check->seen = true;
    if (check->body.length > REQUEST_CHECK_MOST) {
        (void)snprintf(message, size, "its request has %zu bytes; at most %u are possible",
                       check->body.length, REQUEST_CHECK_MOST);
        return false;
    }
    if (take_endpoint(check->settings, path) != 0) {
        (void)snprintf(message, size, "its url is one more than the %d that a run may have; split the file",
                       SETTINGS_MAX_ENDPOINTS);
        return false;
    }
    note_limit(check);
    const char *wrong = request_check_body(provider_shape_of(path), check->body.bytes, check->body.length);
    return wrong == NULL || say(message, size, wrong);
}
