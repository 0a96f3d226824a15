#include "config/config_retries.h"

#include "config/suggest.h"
#include "ration/log.h"
#include "ration/slot.h"

#include <stdio.h>
#include <string.h>

#define OVERLOADED 20U

_Static_assert(sizeof(enum settings_backoff) == sizeof(int), "choices are stored as int");

// Its place in *settings and its most, or NULL where there is no such class.
static uint32_t *find_class(const char *name, size_t length, struct settings *settings, uint32_t *most) {
    const struct {
        enum outcome_class outcome;
        uint32_t *place;
        uint32_t most;
    } classes[] = {
        {OUTCOME_SERVER_FAULT, &settings->attempts_server, CONFIG_RETRIES_COUNTED},
        {OUTCOME_NETWORK_FAULT, &settings->attempts_network, CONFIG_RETRIES_COUNTED},
        {OUTCOME_OVERLOADED, &settings->attempts_overloaded, CONFIG_RETRIES_UNCOUNTED},
    };
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        const char *known = outcome_name(classes[i].outcome);
        if (strlen(known) == length && memcmp(known, name, length) == 0) {
            *most = classes[i].most;
            return classes[i].place;
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

static int take_one(const char *text, size_t length, struct settings *settings) {
    uint32_t most = 0;
    const char *equals = memchr(text, '=', length);
    size_t name = equals != NULL ? (size_t)(equals - text) : length;
    uint32_t *place = find_class(text, name, settings, &most);
    if (place == NULL || equals == NULL) {
        char word[SUGGEST_LONGEST], near[SUGGEST_LONGEST];
        (void)snprintf(word, sizeof(word), "%.*s", (int)name, text);
        suggest_of_list(place == NULL ? word : "", "server_fault,network_fault,overloaded", ',', near);
        log_fatal("config",
                  "--retries: \"%.*s\" is not CLASS=N with a class of server_fault, network_fault, "
                  "overloaded%s%s%s",
                  (int)length, text, near[0] != '\0' ? "; did you mean " : "", near,
                  near[0] != '\0' ? "?" : "");
        return -1;
    }
    uint32_t number = read_number(equals + 1, length - name - 1, most);
    if (number == 0) {
        log_fatal("config", "--retries: \"%.*s\" is not a number of attempts from 1 to %u", (int)length, text,
                  most);
        return -1;
    }
    *place = number;
    return 0;
}

int config_retries_take(const struct options *options, struct settings *settings) {
    settings->attempts = (uint32_t)options->attempts;
    settings->attempts_server = settings->attempts_network = settings->attempts;
    settings->attempts_overloaded = OVERLOADED;
    settings->backoff = options->backoff;
    settings->backoff_initial = options->backoff_initial;
    settings->backoff_max = options->backoff_max;
    settings->rate_limit_cooldown = options->rate_limit_cooldown;
    const char *text = options->retries;
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, ",");
        if (take_one(text, length, settings) != 0) {
            return -1;
        }
        text += length + (text[length] == ',');
    }
    return 0;
}
