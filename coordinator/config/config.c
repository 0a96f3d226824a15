#include "config/config.h"

#include "config/config_answer.h"
#include "config/config_batch.h"
#include "config/config_columns.h"
#include "config/config_prices.h"
#include "config/config_prompt.h"
#include "config/config_request.h"
#include "config/config_retries.h"
#include "config/config_service_tier.h"
#include "config/config_tier.h"
#include "config/options_idle.h"
#include "ration/log.h"
#include "ration/provider.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define MAX_ANSWER (16U << 20)
#define WORKER_MEMORY (512ULL << 20)
#define REQUEST_MEMORY (1ULL << 20)

// out.jsonl → out.errors.jsonl
char *config_errors(const struct options *options) {
    if (options->errors != NULL) {
        return strdup(options->errors);
    }
    static const char suffix[] = ".jsonl";
    size_t length = strlen(options->output);
    if (length > sizeof(suffix) - 1 && strcmp(options->output + length - (sizeof(suffix) - 1), suffix) == 0) {
        length -= sizeof(suffix) - 1;
    }
    char *path = NULL;
    if (asprintf(&path, "%.*s.errors.jsonl", (int)length, options->output) < 0) {
        return NULL;
    }
    return path;
}

// A stored prompt names its own, which only --model overrides. NULL there; and when none is known, after
// telling.
static const char *model_of(const struct options *options, const struct provider *provider) {
    if (options->model != NULL || options->prompt_id != NULL || config_request_by_rows(options)) {
        return options->model;
    }
    const char *model = provider->model_env != NULL ? getenv(provider->model_env) : NULL;
    if (model == NULL || *model == '\0') {
        model = provider->model;
    }
    if (model == NULL && options->request == NULL && !config_request_by_rows(options)) {
        log_fatal("config", "the provider %s has no default model; give --model NAME", provider->name);
    }
    return model;
}

static int take_rest(const struct options *options, const struct provider *provider, struct config *config) {
    struct settings *settings = &config->settings;
    const char *model = model_of(options, provider);
    bool needed = options->prompt_file != NULL;
    if (model == NULL && needed) {
        return -1;
    }
    settings->provider = strdup(provider->name);
    settings->model = model != NULL ? strdup(model) : NULL;
    settings->max_output_tokens = provider_output_limit(provider, options->max_output_tokens);
    settings->output_format = options->output_format;
    settings->on_truncated = options->on_truncated;
    settings->connect_timeout = options->connect_timeout;
    settings->sync_interval = options->sync;
    settings->max_answer = MAX_ANSWER;
    settings->memory_limit = options->worker_memory_limit > 0
                                 ? options->worker_memory_limit << 20
                                 : WORKER_MEMORY + settings->in_flight * REQUEST_MEMORY;
    settings->ignore_limit_headers = options->ignore_limit_headers;
    if (options->ignore_limit_headers) {
        log_info("config", "--ignore-limit-headers: what the API's answers say of limits is not heeded, but "
                           "for Retry-After");
    }
    settings->log_debug = options->verbose;
    settings->log_quiet = options->quiet;
    config->errors = config_errors(options);
    if (settings->provider == NULL || (model != NULL && settings->model == NULL) || config->errors == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    if (strcmp(config->errors, options->output) == 0) {
        log_fatal("config", "--errors and --output are the same file");
        return -1;
    }
    return 0;
}

// Each worker needs a descriptor for each request, and some of its own. Where --in-flight is not given, the
// quota decides (see scale_policy.h), up to what there is room for.
static int take_in_flight(const struct options *options, struct settings *settings) {
    struct rlimit limit;
    rlim_t most = RLIM_INFINITY;
    uint64_t wanted = options->in_flight > 0 ? options->in_flight : 1;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max != RLIM_INFINITY) {
        most = limit.rlim_max > CONFIG_DESCRIPTORS_SPARE ? limit.rlim_max - CONFIG_DESCRIPTORS_SPARE : 0;
    }
    if (most < wanted && options->in_flight == 0) {
        log_fatal("config", "the limit of descriptors is %ju, too few for any worker; raise ulimit -n to %u",
                  (uintmax_t)limit.rlim_max, CONFIG_IN_FLIGHT_MOST + CONFIG_DESCRIPTORS_SPARE);
        return -1;
    }
    if (most < wanted) {
        log_fatal("config",
                  "--in-flight %" PRIu64
                  " needs %ju descriptors, the limit is %ju; lower it, or raise ulimit -n",
                  wanted, (uintmax_t)wanted + CONFIG_DESCRIPTORS_SPARE, (uintmax_t)limit.rlim_max);
        return -1;
    }
    if (options->in_flight == 0) {
        wanted = most < CONFIG_IN_FLIGHT_MOST ? most : CONFIG_IN_FLIGHT_MOST;
    }
    settings->in_flight = (uint32_t)wanted;
    return 0;
}

// What was given and has no effect: refused, or told.
static int check_idle(const struct options *options) {
    struct options_idle idle;
    int result = 0;
    for (size_t at = 0; options_idle_next(options, &at, &idle);) {
        if (idle.refused) {
            log_fatal("config", "--%s: %s", idle.option, idle.why);
            result = -1;
        } else {
            log_warn("config", "--%s: %s", idle.option, idle.why);
        }
    }
    return result;
}

static int check_workers(const struct options *options) {
    if (options->min_workers > options->max_workers) {
        log_fatal("config", "--min-workers %" PRIu64 " is more than --max-workers %" PRIu64,
                  options->min_workers, options->max_workers);
        return -1;
    }
    return 0;
}

// What all sessions have in common, then the sessions themselves.
static int take_sessions(const struct options *options, const struct provider *provider,
                         struct config *config) {
    struct tier_table *tiers = config_tier_table(options);
    if (tiers == NULL) {
        return -1;
    }
    int result = config_tier_take(options, tiers, config);
    if (result == 0) {
        struct config_usual usual = {options, provider,       config->providers,
                                     tiers,   config->limits, &config->tier};
        result = config_sessions_take(&usual, &config->sessions, &config->settings);
    }
    free(tiers);
    if (result == 0) {
        result = config_batch_take(options, provider, &config->settings);
    }
    return result == 0 ? config_prices_take(options, config) : result;
}

int config_make(const struct options *options, struct config *config) {
    *config = (struct config){0};
    if (options->input == NULL || options->output == NULL) {
        log_fatal("config", "--input FILE and --output FILE are needed; see ration run --help");
        return -1;
    }
    config->providers = config_provider_take(options);
    if (config->providers == NULL) {
        return -1;
    }
    const struct provider *provider = config->provider = &config->providers->own.provider;
    struct settings *settings = &config->settings;
    if (check_idle(options) != 0 || check_workers(options) != 0 || take_in_flight(options, settings) != 0 ||
        config_prompt_take(options, provider, settings) != 0 || take_rest(options, provider, config) != 0 ||
        config_answer_take(options, provider, settings) != 0 ||
        config_service_tier_take(options, provider, settings) != 0 ||
        config_request_take(options, provider, settings->model, settings) != 0 ||
        config_columns_take(options, settings) != 0) {
        return -1;
    }
    config_retries_take(options, settings);
    config->least_charge = provider_least_charge(provider, settings->max_output_tokens);
    return take_sessions(options, provider, config);
}

void config_free(struct config *config) {
    settings_free(&config->settings);
    config_sessions_wipe(&config->sessions);
    result_format_free(config->format);
    config->format = NULL;
    config_provider_free(config->providers);
    config->providers = NULL;
    config->provider = NULL;
    free(config->errors);
    config->errors = NULL;
    free(config->prices);
    config->prices = NULL;
}
