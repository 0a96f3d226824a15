#include "config/config_prompt.h"

#include "config/name_list.h"
#include "ration/log.h"
#include "ration/utf8.h"
#include "system/small_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PROMPT_FILE (1U << 20)

static int take_variable(const char *pair, struct settings *settings) {
    const char *equals = strchr(pair, '=');
    if (equals == NULL || equals == pair || equals[1] == '\0' ||
        settings->variables == SETTINGS_MAX_COLUMNS) {
        log_fatal("config", "--prompt-variables: \"%s\" is not VARIABLE=COLUMN (at most %d of them)", pair,
                  SETTINGS_MAX_COLUMNS);
        return -1;
    }
    struct settings_variable *variable = &settings->variable[settings->variables++];
    variable->name = strndup(pair, (size_t)(equals - pair));
    variable->column = strdup(equals + 1);
    if (variable->name == NULL || variable->column == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    return 0;
}

// "var=column,var=column"
static int take_variables(const char *text, struct settings *settings) {
    while (*text != '\0') {
        char *pair = name_list_next(&text);
        if (pair == NULL) {
            log_fatal("config", "out of memory");
            return -1;
        }
        int result = take_variable(pair, settings);
        free(pair);
        if (result != 0) {
            return -1;
        }
    }
    return 0;
}

int config_prompt_take(const struct options *options, const struct provider *provider,
                       struct settings *settings) {
    int given = (options->prompt_id != NULL) + (options->prompt_file != NULL) + (options->request != NULL);
    if (given > 1) {
        log_fatal("config",
                  "give one of --prompt-id ID (a stored prompt), --prompt-file FILE (a template), and "
                  "--request FILE (a whole body)");
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
    if (options->prompt_file == NULL) {
        return 0;
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
