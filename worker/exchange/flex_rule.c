#include "exchange/flex_rule.h"

#include "exchange/spend_limit.h"
#include "ration/json_walk.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define GROQ_FULL 498 // console.groq.com/docs/errors: flex tier capacity exceeded
#define TEXT_MOST 512U

bool flex_rule_status(long status) {
    return status == 429 || status == GROQ_FULL || status == 503;
}

bool flex_rule_asks(const char *body) {
    static const char *const flex[] = {"\"flex\"", "\"FLEX\""};
    struct json_member member;
    if (!json_walk_find(json_walk_blank(body), "service_tier", &member)) {
        return false;
    }
    size_t length = (size_t)(member.value_end - member.value);
    for (size_t i = 0; i < COUNT(flex); i++) {
        if (strlen(flex[i]) == length && strncmp(member.value, flex[i], length) == 0) {
            return true;
        }
    }
    return false;
}

// "resource_unavailable", "Resource Unavailable" and "resource-unavailable" are one.
static void plain(const char *text, char out[TEXT_MOST]) {
    size_t length = 0;
    for (; *text != '\0' && length < TEXT_MOST - 1; text++) {
        bool word = isalnum((unsigned char)*text) != 0;
        if (word || (length > 0 && out[length - 1] != ' ')) {
            out[length++] = word ? (char)tolower((unsigned char)*text) : ' ';
        }
    }
    out[length] = '\0';
}

static bool says_full(const char *text) {
    static const char *const words[] = {
        "resource unavailable", // OpenAI and Azure: "429 Resource Unavailable"
        "resources unavailable", "resources are unavailable", "resources are currently unavailable",
        "capacity exceeded", // Groq: flex tier capacity exceeded
        "no capacity",           "not enough capacity",       "insufficient capacity",
    };
    char said[TEXT_MOST];
    if (text == NULL) {
        return false;
    }
    plain(text, said);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strstr(said, words[i]) != NULL) {
            return true;
        }
    }
    return strstr(said, "flex") != NULL &&
           (strstr(said, "unavailable") != NULL || strstr(said, "capacity") != NULL);
}

bool flex_rule_refused(long status, const struct answer *answer) {
    if (!flex_rule_status(status) || spend_limit_code(answer)) {
        return false;
    }
    return status == GROQ_FULL || says_full(answer->error_code) || says_full(answer->error_type) ||
           says_full(answer->error_message);
}
