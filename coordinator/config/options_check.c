#include "config/options_check.h"

#include "config/base_url.h"
#include "config/config_retries.h"
#include "config/options.h"
#include "config/suggest.h"
#include "ration/clock.h"
#include "ration/money.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SHOWN 100 // of a text that is repeated in a message

static int shown(size_t length) {
    return length < SHOWN ? (int)length : SHOWN;
}

// ---- --retry-errors ----

static int no_class(const char *text, size_t length, char problem[OPTIONS_PROBLEM_SIZE]) {
    char word[SUGGEST_LONGEST];
    struct suggest suggest;
    (void)snprintf(word, sizeof(word), "%.*s", (int)length, text);
    suggest_begin(&suggest, word);
    suggest_offer(&suggest, "all");
    suggest_offer(&suggest, "none");
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_CLASSES; i++) {
        suggest_offer(&suggest, outcome_name((enum outcome_class)i));
    }
    const char *near = suggest_best(&suggest);
    (void)snprintf(problem, OPTIONS_PROBLEM_SIZE,
                   "\"%.*s\" is not all, none, or a class of failure such as server_fault%s%s%s",
                   shown(length), text, near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                   near != NULL ? "?" : "");
    return -1;
}

int options_check_retry_errors(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    struct outcome_retry *retry = value;
    if (strcmp(text, "all") == 0 || strcmp(text, "none") == 0) {
        *retry = (struct outcome_retry){.which = *text == 'a' ? OUTCOME_AGAIN_ALL : OUTCOME_AGAIN_NONE};
        return 0;
    }
    *retry = (struct outcome_retry){.which = OUTCOME_AGAIN_LISTED};
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        enum outcome_class class = outcome_find(text, length);
        if (class == OUTCOME_CLASSES) {
            return no_class(text, length, problem);
        }
        retry->listed |= 1U << class;
        text += length + (text[length] == ',');
    }
    return 0;
}

// ---- --deadline ----

// 2026-12-24T06:00Z, with seconds or without.
int options_check_deadline(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    static const char *const forms[] = {"%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"};
    uint64_t *deadline = value;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct tm day = {0};
        const char *end = strptime(text, forms[i], &day);
        struct tm same = day;
        time_t moment = timegm(&same);
        // One that there is not, such as the 31st of February, becomes another.
        if (end != NULL && *end == '\0' && moment > 0 && same.tm_mday == day.tm_mday) {
            *deadline = (uint64_t)moment * CLOCK_SECOND;
            return 0;
        }
    }
    (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "\"%.*s\" is no time in UTC such as 2026-12-24T06:00Z",
                   shown(strlen(text)), text);
    return -1;
}

// ---- --retries ----

// The classes whose attempts can be set.
static const struct retried {
    enum outcome_class outcome;
    size_t place; // in struct options_retries
    uint32_t most;
} retried[] = {
    {OUTCOME_SERVER_FAULT, offsetof(struct options_retries, server_fault), CONFIG_RETRIES_COUNTED},
    {OUTCOME_NETWORK_FAULT, offsetof(struct options_retries, network_fault), CONFIG_RETRIES_COUNTED},
    {OUTCOME_INVALID_ANSWER, offsetof(struct options_retries, invalid_answer), CONFIG_RETRIES_COUNTED},
    {OUTCOME_OVERLOADED, offsetof(struct options_retries, overloaded), CONFIG_RETRIES_UNCOUNTED},
};
#define RETRIED (sizeof(retried) / sizeof(retried[0]))

static const struct retried *find_class(const char *name, size_t length) {
    enum outcome_class outcome = outcome_find(name, length);
    for (size_t i = 0; i < RETRIED; i++) {
        if (retried[i].outcome == outcome) {
            return &retried[i];
        }
    }
    return NULL;
}

// The number that `text` is, or 0 where it is none of 1..most.
static uint32_t read_number(const char *text, size_t length, uint32_t most) {
    uint32_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return 0;
        }
        number = number * 10 + (uint32_t)(text[i] - '0');
        if (number > most) {
            return 0;
        }
    }
    return number;
}

static int refuse_class(const char *text, size_t length, const char *word,
                        char problem[OPTIONS_PROBLEM_SIZE]) {
    struct suggest suggest;
    char names[160] = "";
    suggest_begin(&suggest, word);
    for (size_t i = 0; i < RETRIED; i++) {
        const char *name = outcome_name(retried[i].outcome);
        (void)strlcat(names, i > 0 ? ", " : "", sizeof(names));
        (void)strlcat(names, name, sizeof(names));
        suggest_offer(&suggest, name);
    }
    const char *near = word[0] != '\0' ? suggest_best(&suggest) : NULL;
    (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "\"%.*s\" is not CLASS=N with a class of %s%s%s%s",
                   shown(length), text, names, near != NULL ? "; did you mean " : "",
                   near != NULL ? near : "", near != NULL ? "?" : "");
    return -1;
}

static int take_retries(const char *text, size_t length, struct options_retries *retries,
                        char problem[OPTIONS_PROBLEM_SIZE]) {
    const char *equals = memchr(text, '=', length);
    size_t name = equals != NULL ? (size_t)(equals - text) : length;
    const struct retried *class = find_class(text, name);
    if (class == NULL || equals == NULL) {
        char word[SUGGEST_LONGEST];
        (void)snprintf(word, sizeof(word), "%.*s", class == NULL ? (int)name : 0, text);
        return refuse_class(text, length, word, problem);
    }
    uint32_t number = read_number(equals + 1, length - name - 1, class->most);
    if (number == 0) {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "\"%.*s\" is not a number of attempts from 1 to %u",
                       shown(length), text, class->most);
        return -1;
    }
    memcpy((char *)retries + class->place, &number, sizeof(number));
    return 0;
}

int options_check_retries(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    struct options_retries *retries = value;
    *retries = (struct options_retries){0};
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        if (take_retries(text, length, retries, problem) != 0) {
            return -1;
        }
        text += length + (text[length] == ',');
    }
    return 0;
}

// ---- the others ----

int options_check_max_cost(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    if (money_parse(text, value) != 0) {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE,
                       "\"%.*s\" is not an amount of dollars like 12.50, above 0, at most %" PRIu64,
                       shown(strlen(text)), text, (uint64_t)MONEY_MOST_DOLLARS);
        return -1;
    }
    return 0;
}

// A decimal number of dollars, up to the `end`.
static bool read_dollars(const char *text, const char *end, uint64_t *micro) {
    char number[32], *behind = NULL;
    size_t length = (size_t)(end - text);
    if (length == 0 || length >= sizeof(number) || strspn(text, "0123456789.") < length || *text == '.') {
        return false;
    }
    memcpy(number, text, length);
    number[length] = '\0';
    double dollars = strtod(number, &behind);
    return *behind == '\0' && tier_price_take(dollars, micro);
}

int options_check_price(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    struct options_price *price = value;
    const char *comma = strchr(text, ',');
    if (comma == NULL || !read_dollars(text, comma, &price->each.input) ||
        !read_dollars(comma + 1, comma + strlen(comma), &price->each.output)) {
        (void)snprintf(
            problem, OPTIONS_PROBLEM_SIZE,
            "\"%.*s\" is not two prices like 0.25,1.25: dollars for a million tokens of input and of "
            "output, each at most 1000000, with at most six decimals",
            shown(strlen(text)), text);
        return -1;
    }
    price->given = true;
    return 0;
}

int options_check_alert_thresholds(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    char wrong[ALERTS_THRESHOLDS_PROBLEM];
    if (alerts_thresholds_parse(text, value, wrong) != 0) {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "%s; give percentages like 60,80,95", wrong);
        return -1;
    }
    return 0;
}

// It may hold a secret, and is not repeated.
int options_check_alert_webhook(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    const char *wrong = base_url_webhook_problem(text);
    *(const char **)value = text;
    (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "malformed URL: %s", wrong != NULL ? wrong : "");
    return wrong == NULL ? 0 : -1;
}

int options_check_listen(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    const char *wrong;
    if (listen_address_parse(text, value, &wrong) != 0) {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "\"%.*s\" %s", shown(strlen(text)), text, wrong);
        return -1;
    }
    return 0;
}

int options_check_http_host(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]) {
    const char *wrong;
    if (listen_names_parse(text, value, &wrong) != 0) {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "\"%.*s\" %s", shown(strlen(text)), text, wrong);
        return -1;
    }
    return 0;
}
