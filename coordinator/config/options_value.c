#include "config/options_value.h"

#include "config/suggest.h"
#include "ration/clock.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SHARE_WHOLE 1000000ULL
#define SHOWN 160 // bytes of a value that is repeated in a message

// What may stand behind a number.
struct unit {
    const char *name;
    uint64_t size;
};
static const struct unit thousands[] = {{"", 1}, {"k", 1000}, {"K", 1000}, {"M", 1000000}};
static const struct unit times[] = {{"ms", CLOCK_MS},         {"s", CLOCK_SECOND},
                                    {"m", 60 * CLOCK_SECOND}, {"min", 60 * CLOCK_SECOND},
                                    {"h", CLOCK_HOUR},        {"d", 86400 * CLOCK_SECOND}};
#define COUNT_OF(units) (sizeof(units) / sizeof((units)[0]))

// 0: there is no unit of that name.
static uint64_t size_of(const struct unit *units, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(units[i].name, name) == 0) {
            return units[i].size;
        }
    }
    return 0;
}

static int parse_count(const struct options_row *row, const char *text, uint64_t *out) {
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    uint64_t unit = size_of(thousands, COUNT_OF(thousands), end);
    if (!isdigit((unsigned char)*text) || unit == 0 || errno != 0 || value > row->most / unit ||
        value * unit < row->least) {
        return -1;
    }
    *out = value * unit;
    return 0;
}

// A decimal number. Its end, or NULL.
static const char *read_decimal(const char *text, double *out) {
    char *end = NULL;
    errno = 0;
    *out = strtod(text, &end);
    bool good = isdigit((unsigned char)*text) && errno == 0 && strpbrk(text, "xXpP") == NULL;
    return good ? end : NULL;
}

// A decimal number of `usual` nanoseconds, or with a unit of its own. The range is in the usual ones.
static int parse_time(const struct options_row *row, const char *text, uint64_t usual, uint64_t *out) {
    double value;
    const char *end = read_decimal(text, &value);
    uint64_t unit = end == NULL ? 0 : *end == '\0' ? usual : size_of(times, COUNT_OF(times), end);
    value *= (double)unit;
    if (unit == 0 || !(value >= (double)row->least * (double)usual) ||
        !(value <= (double)row->most * (double)usual)) {
        return -1;
    }
    *out = (uint64_t)(value + 0.5);
    return 0;
}

// In millionths, not below row->least of them.
static int parse_share(const struct options_row *row, const char *text, uint64_t *out) {
    double value;
    const char *end = read_decimal(text, &value);
    if (end == NULL || *end != '\0' || !(value <= 1)) {
        return -1;
    }
    *out = (uint64_t)(value * (double)SHARE_WHOLE + 0.5);
    return *out >= row->least ? 0 : -1;
}

static int parse_choice(const struct options_row *row, const char *text, int *out) {
    size_t length = strlen(text);
    const char *word = row->value;
    for (int number = 0;; number++) {
        size_t size = strcspn(word, "|");
        if (size == length && memcmp(word, text, size) == 0) {
            *out = number;
            return 0;
        }
        if (word[size] == '\0') {
            return -1;
        }
        word += size + 1;
    }
}

int options_value_flag(const char *text, bool *out) {
    static const char *const yes[] = {"1", "true", "yes", "on"};
    static const char *const no[] = {"0", "false", "no", "off"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (strcasecmp(text, yes[i]) == 0) {
            *out = true;
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        if (strcasecmp(text, no[i]) == 0) {
            *out = false;
            return 0;
        }
    }
    return -1;
}

static int parse_unflag(const char *text, bool *out) {
    bool off = false;
    if (options_value_flag(text, &off) != 0) {
        return -1;
    }
    *out = *out && !off;
    return 0;
}

static int parse_interval(const struct options_row *row, const char *text, uint64_t *out) {
    if (strcmp(text, "always") == 0 || strcmp(text, "never") == 0) {
        *out = *text == 'a' ? 0 : CLOCK_NEVER;
        return 0;
    }
    return parse_time(row, text, CLOCK_SECOND, out);
}

static int parse(const struct options_row *row, const char *text, void *member,
                 char problem[OPTIONS_PROBLEM_SIZE]) {
    switch (row->kind) {
    case OPTIONS_TEXT:
        *(const char **)member = text;
        return *text == '\0' ? -1 : 0;
    case OPTIONS_LIST: {
        struct options_list *list = member;
        if (*text == '\0' || list->count == OPTIONS_LIST_MOST) { // which may be secret
            (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "is empty, or given more than %d times",
                           OPTIONS_LIST_MOST);
            return -1;
        }
        list->text[list->count++] = text;
        return 0;
    }
    case OPTIONS_COUNT:
        return parse_count(row, text, member);
    case OPTIONS_INTERVAL:
        return parse_interval(row, text, member);
    case OPTIONS_SECONDS:
        return parse_time(row, text, CLOCK_SECOND, member);
    case OPTIONS_HOURS:
        return parse_time(row, text, CLOCK_HOUR, member);
    case OPTIONS_SHARE:
        return parse_share(row, text, member);
    case OPTIONS_CHOICE:
        return parse_choice(row, text, member);
    case OPTIONS_FLAG:
        return options_value_flag(text, member);
    case OPTIONS_UNFLAG:
        return parse_unflag(text, member);
    case OPTIONS_CHECKED:
        return *text == '\0' ? -1 : row->check(text, member, problem);
    }
    return -1;
}

// What the option takes.
static void describe(const struct options_row *row, const char *text, char *out, size_t size) {
    char near[SUGGEST_LONGEST];
    switch (row->kind) {
    case OPTIONS_COUNT:
        (void)snprintf(out, size, "a whole number from %" PRIu64 " to %" PRIu64, row->least, row->most);
        break;
    case OPTIONS_SECONDS:
        (void)snprintf(out, size, "a number of seconds from %" PRIu64 " to %" PRIu64, row->least, row->most);
        break;
    case OPTIONS_HOURS:
        (void)snprintf(out, size, "a number of hours from %" PRIu64 " to %" PRIu64, row->least, row->most);
        break;
    case OPTIONS_SHARE:
        (void)snprintf(out, size, "a share above 0, at most 1, like 0.8");
        break;
    case OPTIONS_INTERVAL:
        (void)snprintf(out, size, "always, never, or a number of seconds up to %" PRIu64, row->most);
        break;
    case OPTIONS_CHOICE:
        suggest_of_list(text, row->value, '|', near);
        (void)snprintf(out, size, "one of %s%s%s%s", row->value, near[0] != '\0' ? "; did you mean " : "",
                       near, near[0] != '\0' ? "?" : "");
        break;
    case OPTIONS_FLAG:
    case OPTIONS_UNFLAG:
        (void)snprintf(out, size, "yes or no");
        break;
    case OPTIONS_LIST:
        (void)snprintf(out, size, "a %s, of which there may be %d", row->value, OPTIONS_LIST_MOST);
        break;
    case OPTIONS_TEXT:
    case OPTIONS_CHECKED:
        (void)snprintf(out, size, "a %s", row->value);
        break;
    }
}

int options_value_store(const struct options_row *row, const char *text, struct options *options,
                        char problem[OPTIONS_PROBLEM_SIZE]) {
    char takes[OPTIONS_PROBLEM_SIZE / 2];
    problem[0] = '\0';
    int result = parse(row, text, (char *)options + row->offset, problem);
    if (result != 0 && problem[0] == '\0') {
        describe(row, text, takes, sizeof(takes));
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "\"%.*s\" is not %s", SHOWN, text, takes);
    }
    return result;
}
