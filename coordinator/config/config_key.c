#include "config/config_key.h"

#include "config/config_provider.h"

#include "ration/log.h"
#include "system/command.h"
#include "system/signals.h"
#include "system/small_file.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int config_key_from_file(const char *option, const char *path, struct key *key) {
    struct stat status;
    size_t length = 0;
    char *text = small_file_read(option, path, KEY_MAX + 16, &length, &status);
    if (text == NULL) {
        return -1;
    }
    if ((status.st_mode & 077) != 0) {
        log_warn("config", "--%s %s: others may read it; chmod 600 it", option, path);
    }
    int result = key_set(key, text, length);
    explicit_bzero(text, length);
    free(text);
    if (result != 0) {
        log_fatal("config", "--%s %s: does not hold one key of printable characters", option, path);
    }
    return result;
}

int config_key_from_variable(const char *option, const char *name, struct key *key) {
    const char *text = getenv(name);
    if (text == NULL || *text == '\0') {
        log_fatal("config", "--%s %s: this variable is not set", option, name);
        return -1;
    }
    if (key_set(key, text, strlen(text)) != 0) {
        log_fatal("config", "--%s %s: this variable is not a key of printable characters", option, name);
        return -1;
    }
    return 0;
}

int config_key_from_command(const char *option, const char *text, struct key *key) {
    struct command command;
    char problem[COMMAND_PROBLEM_SIZE];
    enum command_state state = COMMAND_RUNS;
    if (command_start(&command, text, clock_now(), CONFIG_KEY_PATIENCE, problem) != 0) {
        log_fatal("config", "--%s: %s", option, problem);
        return -1;
    }
    while ((state = command_look(&command, clock_now(), problem)) == COMMAND_RUNS && !signals_caught()) {
        struct pollfd output = {.fd = command.fd, .events = POLLIN};
        (void)poll(&output, 1, 20);
    }
    if (state == COMMAND_DONE && key_set(key, command.output, command.length) != 0) {
        (void)snprintf(problem, sizeof(problem), "it prints no key of printable characters");
        state = COMMAND_FAILED;
    }
    command_forget(&command);
    if (state != COMMAND_DONE) {
        log_fatal("config", "--%s: %s", option, state == COMMAND_FAILED ? problem : "stopped");
        return -1;
    }
    return 0;
}

void config_key_wipe_variable(const struct options *options, const char *name) {
    char *text = getenv(name);
    if (text != NULL && !options->batch_mix && !options->keyless) { // whoever takes no key leaves it
        explicit_bzero(text, strlen(text));
    }
}

int config_key_take(const struct options *options, const struct provider *provider, struct key *key) {
    if (options->keyless) {
        return 0;
    }
    if (options->api_key_command != NULL) {
        return config_key_from_command("api-key-command", options->api_key_command, key);
    }
    if (options->api_key_file != NULL) {
        return config_key_from_file("api-key-file", options->api_key_file, key);
    }
    if (provider->auth == PROVIDER_AUTH_NONE) {
        return 0;
    }
    if (provider->auth == PROVIDER_AUTH_AWS) {
        return config_provider_aws_key(key);
    }
    const char *text = provider->key_env != NULL ? getenv(provider->key_env) : NULL;
    if ((text == NULL || *text == '\0') && provider->key_optional) {
        return 0; // *key is empty
    }
    if (text == NULL || *text == '\0') {
        log_fatal("config", "no API key: set %s, or give --api-key-file FILE or --api-key-command COMMAND",
                  provider->key_env != NULL ? provider->key_env : "\"key_env\" in --providers");
        return -1;
    }
    if (key_set(key, text, strlen(text)) != 0) {
        log_fatal("config", "%s is not a key of printable characters", provider->key_env);
        return -1;
    }
    config_key_wipe_variable(options, provider->key_env);
    return 0;
}
