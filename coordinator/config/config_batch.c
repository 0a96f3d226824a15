#include "config/config_batch.h"

#include "config/batch_window.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 50000U
#define MOST_BYTES 100000000U // what the strictest takes
#define MOST_TOKENS 1000000U  // two parts fit into what most accounts may let wait

static int refuse(const char *what) {
    log_fatal("config", "--batch: %s", what);
    return -1;
}

bool config_batch_speaks(const struct provider *provider) {
    return provider_batches_of(provider) != PROVIDER_BATCHES_NONE && strchr(provider->path, '{') == NULL &&
           provider->auth != PROVIDER_AUTH_AWS && provider->query == NULL;
}

uint64_t config_batch_window(const struct options *options, const struct provider *provider) {
    struct batch_window window;
    if (batch_window_make(options->batch_window, provider, false, &window) != NULL) {
        return 0;
    }
    return window.patience > 0 ? window.patience * CLOCK_SECOND : window.hours * CLOCK_HOUR;
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

static int check(const struct provider *provider, const struct settings *settings) {
    if (!config_batch_speaks(provider)) {
        return refuse("it is not known how batches of this provider are asked; leave it out, or say "
                      "\"batches\" in a file of --providers");
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
    if (check(provider, settings) != 0) {
        return -1;
    }
    struct batch_window window;
    bool own_host = same_text(settings->session_url[0], provider->base_url);
    const char *wrong = batch_window_make(options->batch_window, provider, own_host, &window);
    if (wrong != NULL) {
        return refuse(wrong);
    }
    settings->batch = true;
    settings->batch_hours = window.hours;
    settings->batch_patience = window.patience;
    settings->batch_detach = options->detach && !options->cancel;
    settings->batch_cancel = options->cancel;
    settings->batch_fail_lost = options->in_doubt == OPTIONS_IN_DOUBT_FAIL;
    settings->batch_leave_lost = options->in_doubt == OPTIONS_IN_DOUBT_SKIP;
    settings->batch_rows = or_usual(options->batch_rows, MOST_ROWS);
    settings->batch_bytes = or_usual(options->batch_bytes, MOST_BYTES);
    settings->batch_tokens = or_usual(options->batch_tokens, MOST_TOKENS);
    settings->batch_poll = options->batch_poll;
    settings->batch_search = options->batch_search;
    settings->batch_window = strdup(window.asked);
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

void config_batch_tell(const struct settings *settings, bool bounded) {
    if (settings->batch && bounded && settings->max_output_tokens == 0) {
        log_warn("config",
                 "--batch: nothing says how long an answer may be, so that a part can cost more than is set "
                 "aside for it, and pass the bound; give --max-output-tokens");
    }
}
