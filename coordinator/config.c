#include "config.h"

#include "base_url.h"
#include "config_tier.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/provider.h"
#include "ration/utf8.h"
#include "small_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define MAX_PROMPT_FILE (1U << 20)
#define MAX_ANSWER (16U << 20)
#define DESCRIPTORS_SPARE 80U
#define WORKER_MEMORY (512ULL << 20)
#define REQUEST_MEMORY (1ULL << 20)

static int take_key(const struct options *options, const struct provider *provider, struct key *key) {
    if (options->api_key_file != NULL) {
        struct stat status;
        size_t length = 0;
        char *text = small_file_read("api-key-file", options->api_key_file, KEY_MAX + 16, &length, &status);
        if (text == NULL) {
            return -1;
        }
        if ((status.st_mode & 077) != 0) {
            log_warn("config", "--api-key-file %s: others may read it; chmod 600 it", options->api_key_file);
        }
        int result = key_set(key, text, length);
        explicit_bzero(text, length);
        free(text);
        if (result != 0) {
            log_fatal("config", "--api-key-file %s: does not hold one key of printable characters",
                      options->api_key_file);
        }
        return result;
    }
    char *text = getenv(provider->key_env);
    if ((text == NULL || *text == '\0') && provider->key_optional) {
        return 0; // *key is empty
    }
    if (text == NULL || *text == '\0') {
        log_fatal("config", "no API key: set %s, or give --api-key-file FILE", provider->key_env);
        return -1;
    }
    if (key_set(key, text, strlen(text)) != 0) {
        log_fatal("config", "%s is not a key of printable characters", provider->key_env);
        return -1;
    }
    explicit_bzero(text, strlen(text));
    return 0;
}

static int take_base_url(const struct options *options, const struct provider *provider,
                         struct settings *settings) {
    const char *source = "--base-url";
    const char *url = options->base_url;
    if (url == NULL) {
        source = provider->base_url_env;
        url = getenv(source);
    }
    if ((url == NULL || *url == '\0') && provider->base_url_example) {
        log_fatal("config",
                  "the provider %s has no base URL of its own: set %s, or give --base-url; it looks like %s",
                  provider->name, provider->base_url_env, provider->base_url);
        return -1;
    }
    if (url == NULL || *url == '\0') {
        url = provider->base_url;
    }
    const char *wrong = base_url_problem(url);
    if (wrong != NULL) {
        log_fatal("config", "%s: malformed URL \"%s\": %s; it looks like %s", source, url, wrong,
                  provider->base_url);
        return -1;
    }
    if (!base_url_private(url)) {
        log_warn("config", "%s %s sends the key unencrypted; use https", source, url);
    }
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/') {
        length--;
    }
    settings->base_url = strndup(url, length);
    return settings->base_url == NULL ? -1 : 0;
}

// "var=column,var=column"
static int take_variables(const char *text, struct settings *settings) {
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        const char *equals = memchr(text, '=', length);
        if (equals == NULL || equals == text || equals == text + length - 1 ||
            settings->variables == SETTINGS_MAX_COLUMNS) {
            log_fatal("config", "--prompt-variables: \"%.*s\" is not VARIABLE=COLUMN (at most %d of them)",
                      (int)length, text, SETTINGS_MAX_COLUMNS);
            return -1;
        }
        struct settings_variable *variable = &settings->variable[settings->variables];
        variable->name = strndup(text, (size_t)(equals - text));
        variable->column = strndup(equals + 1, length - (size_t)(equals + 1 - text));
        settings->variables++;
        if (variable->name == NULL || variable->column == NULL) {
            log_fatal("config", "out of memory");
            return -1;
        }
        text += length + (text[length] == ',');
    }
    return 0;
}

static int take_prompt(const struct options *options, const struct provider *provider,
                       struct settings *settings) {
    if ((options->prompt_id == NULL) == (options->prompt_file == NULL)) {
        log_fatal("config",
                  "give either --prompt-id ID (a stored prompt) or --prompt-file FILE (a template)");
        return -1;
    }
    if (options->prompt_id != NULL) {
        if (!provider->stored_prompts) {
            log_fatal("config", "--prompt-id: the provider %s has no stored prompts; use --prompt-file",
                      provider->name);
            return -1;
        }
        settings->prompt_id = strdup(options->prompt_id);
        settings->prompt_version = options->prompt_version != NULL ? strdup(options->prompt_version) : NULL;
        return take_variables(options->prompt_variables, settings);
    }
    if (options->prompt_version != NULL) {
        log_fatal("config", "--prompt-version belongs to --prompt-id");
        return -1;
    }
    struct stat status;
    size_t length = 0;
    settings->prompt_template =
        small_file_read("prompt-file", options->prompt_file, MAX_PROMPT_FILE, &length, &status);
    if (settings->prompt_template == NULL) {
        return -1;
    }
    if (length == 0 || utf8_span(settings->prompt_template, length) != length) {
        log_fatal("config", "--prompt-file %s: must be UTF-8 text, and not empty", options->prompt_file);
        return -1;
    }
    return 0;
}

// out.jsonl → out.errors.jsonl
static char *errors_path(const struct options *options) {
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

// A stored prompt names its own, which only --model overrides. NULL there; and when none is known, after telling.
static const char *model_of(const struct options *options, const struct provider *provider) {
    if (options->model != NULL || options->prompt_id != NULL) {
        return options->model;
    }
    const char *model = provider->model_env != NULL ? getenv(provider->model_env) : NULL;
    if (model == NULL || *model == '\0') {
        model = provider->model;
    }
    if (model == NULL) {
        log_fatal("config", "the provider %s has no default model; give --model NAME", provider->name);
    }
    return model;
}

// Where none is given, the quota decides (see scale_policy.h), up to this.
static uint64_t in_flight_most(const struct options *options) {
    return options->in_flight > 0 ? options->in_flight : CONFIG_IN_FLIGHT_MOST;
}

static int take_rest(const struct options *options, const struct provider *provider, struct config *config) {
    struct settings *settings = &config->settings;
    const char *model = model_of(options, provider);
    if (model == NULL && options->prompt_id == NULL) {
        return -1;
    }
    settings->provider = strdup(provider->name);
    settings->model = model != NULL ? strdup(model) : NULL;
    settings->max_output_tokens = provider_output_limit(provider, options->max_output_tokens);
    settings->on_truncated = (enum settings_truncated)options->on_truncated;
    settings->in_flight = (uint32_t)in_flight_most(options);
    settings->attempts = (uint32_t)options->attempts;
    settings->timeout = options->timeout;
    settings->connect_timeout = options->connect_timeout;
    settings->sync_interval = options->sync;
    settings->max_answer = MAX_ANSWER;
    settings->memory_limit = options->worker_memory_limit > 0
                                 ? options->worker_memory_limit << 20
                                 : WORKER_MEMORY + in_flight_most(options) * REQUEST_MEMORY;
    settings->log_debug = options->verbose;
    settings->log_quiet = options->quiet;
    config->errors = errors_path(options);
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

// Each worker needs a descriptor for each request, and some of its own.
static int check_descriptors(const struct options *options) {
    struct rlimit limit;
    rlim_t needed = (rlim_t)options->in_flight + DESCRIPTORS_SPARE;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max != RLIM_INFINITY && limit.rlim_max < needed) {
        log_fatal("config",
                  "--in-flight %" PRIu64
                  " needs %ju descriptors, the limit is %ju; lower it, or raise ulimit -n",
                  options->in_flight, (uintmax_t)needed, (uintmax_t)limit.rlim_max);
        return -1;
    }
    return 0;
}

int config_make(const struct options *options, struct config *config) {
    *config = (struct config){0};
    if (options->input == NULL || options->output == NULL) {
        log_fatal("config", "--input FILE and --output FILE are needed; see ration run --help");
        return -1;
    }
    if (check_descriptors(options) != 0) {
        return -1;
    }
    const struct provider *provider = provider_find(options->provider);
    if (provider == NULL) {
        log_fatal("config", "--provider: \"%s\" is not one of %s", options->provider, provider_names());
        return -1;
    }
    if (take_base_url(options, provider, &config->settings) != 0 ||
        take_prompt(options, provider, &config->settings) != 0 || take_rest(options, provider, config) != 0 ||
        config_tier_take(options, config) != 0) {
        return -1;
    }
    config->least_charge = provider_least_charge(provider, config->settings.max_output_tokens);
    return take_key(options, provider, &config->key);
}

void config_free(struct config *config) {
    settings_free(&config->settings);
    key_wipe(&config->key);
    free(config->errors);
    config->errors = NULL;
}
