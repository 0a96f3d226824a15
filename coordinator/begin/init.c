#include "begin/init.h"

#include "begin/init_text.h"
#include "config/suggest.h"
#include "export/export_tell.h"
#include "export/export_words.h"
#include "system/exit_code.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USUAL_PROVIDER "openai"

struct given {
    const char *provider, *config, *prompt, *input;
    struct init_columns columns; // of the input
    bool help;
};

// 0, -1 with errno; EEXIST: something stands there.
static int write_new(const char *path, const char *bytes, size_t length) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        return -1;
    }
    ssize_t n = write(fd, bytes, length);
    int error = n == (ssize_t)length ? 0 : n < 0 ? errno : ENOSPC;
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    if (error != 0) {
        (void)unlink(path); // which is new
        errno = error;
        return -1;
    }
    return 0;
}

static int refuse_provider(const char *name) {
    char near[SUGGEST_LONGEST];
    suggest_of_list(name, provider_names(), ',', near);
    const char *found = near + strspn(near, " ");
    export_tell("\"%.60s\" is no provider%s%s%s they are: %s", name, *found != '\0' ? "; did you mean " : ";",
                found, *found != '\0' ? "?" : "", provider_names());
    return EXIT_CODE_WRONG;
}

static int refuse_file(const char *path) {
    export_tell("%s: %s%s", path, strerror(errno),
                errno == EEXIST ? "; it stays as it is: move it away, or name another by --config" : "");
    return EXIT_CODE_WRONG;
}

static void tell(const struct given *given, const struct provider *provider, bool prompt_stays) {
    (void)printf("%s   the options, each with what it does; look through it\n%s   the prompt%s\n",
                 given->config, given->prompt,
                 prompt_stays ? ", which was there already, and stays as it was"
                              : ": {{column}} is filled from the row");
    const char *missing;
    for (int at = 0; (missing = init_text_missing(provider, &at)) != NULL;) {
        (void)printf("%s has to be named in it: remove the # before it\n", missing);
    }
    (void)printf("then: ration doctor --config %s\n", given->config);
}

// Both, or none.
static int write_files(const struct given *given, const struct provider *provider, const struct text *config,
                       const struct text *prompt) {
    bool stays = write_new(given->prompt, prompt->bytes, prompt->length) != 0;
    if (stays && errno != EEXIST) {
        return refuse_file(given->prompt);
    }
    if (write_new(given->config, config->bytes, config->length) != 0) {
        int status = refuse_file(given->config);
        if (!stays) {
            (void)unlink(given->prompt); // which is new
        }
        return status;
    }
    tell(given, provider, stays);
    return EXIT_CODE_ALL_DONE;
}

static int make(const struct given *given, const struct provider *provider) {
    struct tier_table *tiers = malloc(sizeof(*tiers));
    struct text config = {0}, prompt = {0};
    int status = EXIT_CODE_WRONG;
    if (tiers != NULL) {
        tier_table_begin(tiers);
        const struct init_text what = {.provider = provider,
                                       .tiers = tiers,
                                       .config = given->config,
                                       .prompt = given->prompt,
                                       .input = given->input,
                                       .columns = &given->columns};
        init_text_config(&what, &config);
        init_text_prompt(&what, &prompt);
    }
    if (tiers == NULL || config.failed || prompt.failed) {
        export_tell("out of memory");
    } else {
        status = write_files(given, provider, &config, &prompt);
    }
    text_free(&config);
    text_free(&prompt);
    free(tiers);
    return status;
}

// What is there already is told before the input is read.
static int begin(struct given *given, const struct provider *provider) {
    if (access(given->config, F_OK) == 0) {
        errno = EEXIST;
        return refuse_file(given->config);
    }
    bool file = given->input != NULL && strcmp(given->input, "-") != 0; // what comes by a pipe is the run's
    if (file && init_columns_read(given->input, &given->columns) != 0) {
        return EXIT_CODE_WRONG;
    }
    int status = make(given, provider);
    init_columns_free(&given->columns);
    return status;
}

static void help(void) {
    (void)puts("usage: ration init [PROVIDER] [--input FILE] [--config FILE]\n"
               "                   [--prompt-file FILE]\n\n"
               "Writes a file of options for that provider, with what each option does, and a prompt,\n"
               "for ration doctor, plan and run --config. What stands there already stays as it is.\n\n"
               "  --input FILE\n        the rows that will be asked: the prompt names its columns\n"
               "  --config FILE\n        of the options (also RATION_CONFIG) [ration.conf]\n"
               "  --prompt-file FILE\n        of the prompt [prompt.txt]\n\n"
               "providers:");
    (void)printf("  %s\n\nexit status: 0; 2 usage, no such provider, or the file is there\n",
                 provider_names());
}

static bool read_words(int count, char **words, struct given *given) {
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"input", required_argument, NULL, 'i'},
        {"prompt-file", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int found;
    optind = 0; // glibc: start afresh
    opterr = 0;
    while ((found = getopt_long(count, words, ":h", known, NULL)) != -1) {
        switch (found) {
        case 'c':
            given->config = optarg;
            break;
        case 'i':
            given->input = optarg;
            break;
        case 'p':
            given->prompt = optarg;
            break;
        case 'h':
            given->help = true;
            break;
        default:
            (void)export_words_unexpected(words, found, known);
            return false;
        }
    }
    given->provider = optind < count ? words[optind] : USUAL_PROVIDER;
    if (optind + 1 < count && !given->help) {
        export_tell("one provider at a time, not \"%.60s\" as well; see ration init --help",
                    words[optind + 1]);
        return false;
    }
    return true;
}

// The file that the environment names is the one to be written. It is copied: see init_columns_read().
static void take_environment(struct given *given) {
    static char path[PATH_MAX];
    const char *named = getenv("RATION_CONFIG");
    if (named != NULL && named[0] != '\0') {
        (void)snprintf(path, sizeof(path), "%s", named);
        given->config = path;
    }
}

int init(int count, char **words) {
    struct given given = {.config = "ration.conf", .prompt = "prompt.txt"};
    take_environment(&given);
    export_tell_as("init");
    if (!read_words(count, words, &given)) {
        return EXIT_CODE_WRONG;
    }
    if (given.help) {
        help();
        return EXIT_CODE_ALL_DONE;
    }
    const struct provider *provider = provider_find(given.provider);
    return provider != NULL ? begin(&given, provider) : refuse_provider(given.provider);
}
