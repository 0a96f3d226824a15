#include "config/config_retries.h"

#define OVERLOADED 20U

static uint32_t or_usual(uint32_t given, uint32_t usual) {
    return given > 0 ? given : usual;
}

void config_retries_take(const struct options *options, struct settings *settings) {
    const struct options_retries *retries = &options->retries;
    settings->attempts = (uint32_t)options->attempts;
    settings->attempts_server = or_usual(retries->server_fault, settings->attempts);
    settings->attempts_network = or_usual(retries->network_fault, settings->attempts);
    settings->attempts_invalid = or_usual(retries->invalid_answer, settings->attempts);
    settings->attempts_overloaded = or_usual(retries->overloaded, OVERLOADED);
    settings->backoff = options->backoff;
    settings->backoff_initial = options->backoff_initial;
    settings->backoff_max = options->backoff_max;
    settings->rate_limit_cooldown = options->rate_limit_cooldown;
    settings->cooldown_chosen = options->cooldown_chosen;
}
