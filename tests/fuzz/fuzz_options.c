// The command line, an argument a line, and what a run makes of it. Options that name files to be read are
// dropped.
#include "config/config.h"
#include "config/options.h"
#include "fuzz_bytes.h"

#define MOST_ARGUMENTS 24

int fuzz_options(const uint8_t *data, size_t size) {
    // Kept: getopt remembers where it stood in an argument when the last command line was wrong.
    static char text[4096];
    char *argv[MOST_ARGUMENTS + 2] = {0};
    int argc = 1;
    char program[] = "run";
    struct options options;
    struct config config;
    if (size >= sizeof(text)) {
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    char *rest = text;
    argv[0] = program;
    while (rest != NULL && *rest != '\0' && argc <= MOST_ARGUMENTS) {
        argv[argc++] = strsep(&rest, "\n");
    }
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--conf", strlen("--conf")) == 0) { // it would be read
            return 0;
        }
    }
    if (options_parse(argc, argv, &options) != 0) {
        return 0;
    }
    options.api_key_file = NULL;
    options.prompt_file = NULL;
    options.sessions = NULL;
    FUZZ_CHECK(setenv("OPENAI_API_KEY", "sk-key", 1) == 0); // it is wiped each time
    if (config_make(&options, &config) == 0) {
        FUZZ_CHECK(config.settings.in_flight > 0 && config.settings.attempts > 0);
        FUZZ_CHECK(config.settings.memory_limit > 0 && config.settings.session_url[0] != NULL);
        FUZZ_CHECK(strcmp(config.sessions.one[0].key.text, "sk-key") == 0 && config.errors != NULL);
    }
    config_free(&config);
    return 0;
}
