#include "config/config_batch.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 50000U
#define MOST_BYTES 100000000U // what the strictest takes
#define HOURS_MOST 168U
#define MOST_TOKENS 1000000U // two parts fit into what most accounts may let wait

static int refuse(const char *what) {
    log_fatal("config", "--batch: %s", what);
    return -1;
}

bool config_batch_speaks(const struct provider *provider) {
    return provider_batches_of(provider) != PROVIDER_BATCHES_NONE && strchr(provider->path, '{') == NULL &&
           provider->auth != PROVIDER_AUTH_AWS && provider->query == NULL;
}

uint64_t config_batch_window(const struct options *options) {
    const char *text = options->batch_window;
    size_t digits = strspn(text, "0123456789");
    unsigned long number = digits > 0 && digits < 4 ? strtoul(text, NULL, 10) : 0;
    bool days = strcmp(text + digits, "d") == 0;
    unsigned long hours = number * (days ? 24 : 1);
    bool known = (days || strcmp(text + digits, "h") == 0) && hours <= HOURS_MOST;
    return known ? hours * CLOCK_HOUR : 0;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

// A row is made once, for whichever session its part goes by.
static bool one_kind(const struct settings *settings) {
    for (size_t i = 1; i < settings->sessions; i++) {
        if (!same_text(settings->session_provider[i], settings->session_provider[0]) ||
            !same_text(settings->session_model[i], settings->session_model[0]) ||
            !same_text(settings->session_form[i], settings->session_form[0])) {
            return false;
        }
    }
    return !settings->fallback;
}

static int check(const struct options *options, const struct provider *provider,
                 const struct settings *settings) {
    if (!config_batch_speaks(provider)) {
        return refuse("it is not known how batches of this provider are asked; leave it out, or say "
                      "\"batches\" in a file of --providers");
    }
    enum provider_batches api = provider_batches_of(provider);
    if (api == PROVIDER_BATCHES_MISTRAL && config_batch_window(options) == 0) {
        return refuse("Mistral's batches have hours or days, 168h or 7d at most: --batch-window 24h");
    }
    if (api == PROVIDER_BATCHES_ANTHROPIC && strcmp(options->batch_window, "24h") != 0) {
        return refuse("Anthropic's batches have 24 hours, no other --batch-window");
    }
    if (!one_kind(settings)) {
        return refuse("all sessions must have one provider and one model, and none be a fallback");
    }
    return 0;
}

static uint64_t or_usual(uint64_t given, uint64_t usual) {
    return given > 0 ? given : usual;
}

int config_batch_take(const struct options *options, const struct provider *provider,
                      struct settings *settings) {
    if (!options->batch) {
        return 0;
    }
    if (check(options, provider, settings) != 0) {
        return -1;
    }
    settings->batch = true;
    settings->batch_detach = options->detach && !options->cancel;
    settings->batch_cancel = options->cancel;
    settings->batch_fail_lost = options->in_doubt == OPTIONS_IN_DOUBT_FAIL;
    settings->batch_leave_lost = options->in_doubt == OPTIONS_IN_DOUBT_SKIP;
    settings->batch_rows = or_usual(options->batch_rows, MOST_ROWS);
    settings->batch_bytes = or_usual(options->batch_bytes, MOST_BYTES);
    settings->batch_tokens = or_usual(options->batch_tokens, MOST_TOKENS);
    settings->batch_poll = options->batch_poll;
    settings->batch_search = options->batch_search;
    settings->batch_window = strdup(options->batch_window);
    if (settings->batch_window == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    return 0;
}

static bool has_two_lines(const char *text) {
    const char *end = text != NULL ? strchr(text, '\n') : NULL;
    return end != NULL && end[1] != '\0';
}

int config_batch_check(const struct settings *settings, const struct provider *provider) {
    if (!settings->batch) {
        return 0;
    }
    if (settings->endpoints > 1) {
        return refuse("a part goes to one endpoint, and the requests of the input name several");
    }
    if (provider_batches_of(provider) != PROVIDER_BATCHES_ANTHROPIC && has_two_lines(settings->row_models)) {
        return refuse("a part has one model, and the requests of the input name several: say --model NAME, "
                      "or make a run of each");
    }
    return 0;
}
