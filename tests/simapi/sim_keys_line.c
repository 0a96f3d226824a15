#include "sim_keys_line.h"

#include "sim_number.h"

#include <string.h>

static const char *const in_order[] = {"requests_per_minute", "tokens_per_minute", "burst",
                                       "requests_per_day"};
enum { IN_ORDER = sizeof(in_order) / sizeof(in_order[0]), NEEDED = 3 };

static const char *set(struct limits *l, const char *name, const char *value) {
    int field = sim_limits_field(name, strlen(name));
    uint64_t n;

    if (field < 0)
        return "a name that no limit has";
    if (!value || !sim_number_parse(value, strlen(value), &n) || !sim_limits_set(l, field, n))
        return "a value that is no whole number or out of range";
    return NULL;
}

const char *sim_keys_line_read(char *line, struct limits *l) {
    static const char blank[] = " \t\r\n";
    char *rest, *word;
    const char *wrong = NULL;
    size_t given = 0;

    strtok_r(line, blank, &rest); /* KEY */
    while ((word = strtok_r(NULL, blank, &rest)) && !wrong) {
        bool number = *word >= '0' && *word <= '9';

        if (number && given < IN_ORDER)
            wrong = set(l, in_order[given++], word);
        else if (number || given < NEEDED)
            break;
        else {
            given = IN_ORDER;
            wrong = set(l, word, strtok_r(NULL, blank, &rest));
        }
    }
    if (!wrong && (word || given < NEEDED))
        wrong =
            "not of the form KEY requests_per_minute tokens_per_minute burst [requests_per_day] [name N]...";
    return wrong;
}
