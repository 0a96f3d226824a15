#include "output/last_run_request.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

static void absolute(const char *name, char out[PATH_MAX]) {
    char *path = name != NULL ? realpath(name, NULL) : NULL;
    (void)strlcpy(out, path != NULL ? path : name != NULL ? name : "", PATH_MAX);
    free(path);
}

void last_run_request_take(const struct options *options, const struct config *config, struct last_run *run) {
    const struct settings *settings = &config->settings;
    (void)strlcpy(run->provider, settings->provider, sizeof(run->provider));
    (void)strlcpy(run->shape,
                  config->provider->shape == PROVIDER_RESPONSES  ? LAST_RUN_RESPONSES
                  : config->provider->shape == PROVIDER_MESSAGES ? "messages"
                                                                 : "chat",
                  sizeof(run->shape));
    (void)strlcpy(run->model, settings->model != NULL ? settings->model : "", sizeof(run->model));
    (void)strlcpy(run->base_url, settings->sessions > 0 ? settings->session_url[0] : "",
                  sizeof(run->base_url));
    if (options->prompt_id != NULL) {
        (void)strlcpy(run->prompt, options->prompt_id, sizeof(run->prompt));
        if (options->prompt_version != NULL) {
            (void)strlcat(run->prompt, " version ", sizeof(run->prompt));
            (void)strlcat(run->prompt, options->prompt_version, sizeof(run->prompt));
        }
    } else {
        absolute(options->prompt_file, run->prompt);
    }
    last_run_asked(options->max_output_tokens, settings, run->asked);
    absolute(options->schema, run->schema);
    absolute(options->providers, run->providers);
    absolute(options->sessions, run->sessions);
    run->price_input = config->price.input;
    run->price_output = config->price.output;
}
