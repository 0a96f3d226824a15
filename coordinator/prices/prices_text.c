#include "prices/prices_text.h"

#include "prices/prices_litellm.h"
#include "prices/prices_models_dev.h"
#include "prices/prices_own.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// Of the place that cJSON stopped at; a text that ends too early stops at its last line.
static void tell_place(const char *text, size_t length, const char *at, char problem[PRICES_PROBLEM_SIZE]) {
    bool known = text != NULL && at != NULL && at >= text && at <= text + length;
    size_t end = text == NULL ? 0 : known ? (size_t)(at - text) : length;
    size_t line = 1, column = 1;
    for (size_t i = 0; i < end; i++) {
        line += text[i] == '\n';
        column = text[i] == '\n' ? 1 : column + 1;
    }
    (void)snprintf(problem, PRICES_PROBLEM_SIZE, "line %zu, column %zu: is not JSON", line, column);
}

static cJSON *parse(const char *text, size_t length, char problem[PRICES_PROBLEM_SIZE]) {
    const char *end = NULL;
    size_t good = utf8_span(text, length);
    if (good != length) {
        tell_place(text, length, text + good, problem);
        return NULL;
    }
    cJSON *root = cJSON_ParseWithLengthOpts(text, length, &end, false);
    while (end != NULL && end < text + length && strchr(" \t\r\n", *end) != NULL) {
        end++;
    }
    if (root == NULL || end != text + length) {
        tell_place(text, length, end, problem);
        cJSON_Delete(root);
        return NULL;
    }
    return root;
}

// Some member is an object with that member.
static bool holds(const cJSON *root, const char *name, bool object) {
    const cJSON *item;
    cJSON_ArrayForEach(item, root) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(item, name);
        if (object ? cJSON_IsObject(member) : member != NULL) {
            return true;
        }
    }
    return false;
}

int prices_text_read(const char *text, size_t length, struct price_list *list,
                     char problem[PRICES_PROBLEM_SIZE]) {
    cJSON *root = parse(text, length, problem);
    size_t before = list->count;
    int result = 0;
    if (root == NULL) {
        return -1;
    }
    if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, "prices"))) {
        result = prices_own_read(root, list, problem);
    } else if (!cJSON_IsObject(root)) {
        (void)snprintf(problem, PRICES_PROBLEM_SIZE, "is not a JSON object");
        result = -1;
    } else if (holds(root, "models", true)) {
        result = prices_models_dev_read(root, list, problem);
    } else if (holds(root, "litellm_provider", false) || holds(root, "input_cost_per_token", false)) {
        result = prices_litellm_read(root, list, problem);
    }
    if (result == 0 && list->count == before) {
        (void)snprintf(problem, PRICES_PROBLEM_SIZE,
                       "has no price of any model: it is neither {\"prices\": […]}, nor LiteLLM's "
                       "model_prices_and_context_window.json, nor models.dev's api.json");
        result = -1;
    }
    cJSON_Delete(root);
    return result;
}
