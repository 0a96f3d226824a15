#include "config/options.h"

#include "config/options_environment.h"
#include "config/options_file.h"
#include "config/options_table.h"
#include "config/options_value.h"
#include "config/suggest.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

#define FIRST_VALUE 1000 // of getopt_long(): above every character

static bool is_flag(const struct options_row *row) {
    return row->kind == OPTIONS_FLAG || row->kind == OPTIONS_UNFLAG;
}

// `source` is where the value comes from: a variable, or "--".
static int refuse(const struct options_row *row, const char *source, const char *problem) {
    (void)fprintf(stderr, "ration: %s%s: %s\n", source, source[0] == '-' ? row->name : "", problem);
    return -1;
}

// An alias of a choice may be yes or no: its first word, or its last.
static int store_alias(const struct options_row *row, const char *text, struct options *options,
                       char problem[OPTIONS_PROBLEM_SIZE]) {
    bool yes;
    if (options_value_store(row, text, options, problem) == 0) {
        return 0;
    }
    if (row->kind != OPTIONS_CHOICE || options_value_flag(text, &yes) != 0) {
        return -1;
    }
    const char *last = strrchr(row->value, '|');
    char first[OPTIONS_ENVIRONMENT_SIZE];
    (void)snprintf(first, sizeof(first), "%.*s", (int)strcspn(row->value, "|"), row->value);
    return options_value_store(row, yes ? first : last + 1, options, problem);
}

static const char *set_in_environment(const char *name) {
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? text : NULL;
}

static void note_chosen(const struct options_row *row, struct options *options) {
    options->cooldown_chosen |= strcmp(row->name, "rate-limit-cooldown") == 0;
}

static int take_alias(const struct options_row *row, struct options *options) {
    char problem[OPTIONS_PROBLEM_SIZE];
    for (size_t i = 0; i < options_alias_count; i++) {
        const char *name = options_aliases[i].variable;
        const char *text =
            strcmp(options_aliases[i].option, row->name) == 0 ? set_in_environment(name) : NULL;
        if (text != NULL && store_alias(row, text, options, problem) != 0) {
            return refuse(row, name, problem);
        }
        if (text != NULL) {
            note_chosen(row, options);
        }
    }
    return 0;
}

static int take_defaults(struct options *options) {
    char problem[OPTIONS_PROBLEM_SIZE];
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        if (row->initial != NULL && options_value_store(row, row->initial, options, problem) != 0) {
            (void)fprintf(stderr, "ration: the default of --%s is broken\n", row->name);
            return -1;
        }
    }
    return 0;
}

static int take_environment(struct options *options) {
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        char name[OPTIONS_ENVIRONMENT_SIZE], problem[OPTIONS_PROBLEM_SIZE];
        options_environment_name(row, name);
        const char *text = set_in_environment(name);
        if (text == NULL && take_alias(row, options) != 0) {
            return -1;
        }
        if (text != NULL && options_value_store(row, text, options, problem) != 0) {
            return refuse(row, name, problem);
        }
        if (text != NULL) {
            note_chosen(row, options);
        }
    }
    return 0;
}

// The command line is looked through twice, since the file that it names counts less than it does. *path may
// be NULL: there is none. 0, or -1 after telling.
static int find_file(int argc, char **argv, const struct option *longs, const char **path) {
    const char *named = NULL;
    int found;
    *path = set_in_environment("RATION_CONFIG");
    optind = 0; // glibc: start afresh
    opterr = 0;
    while ((found = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
        if (found < FIRST_VALUE) {
            *path = NULL; // wrong, which is told in the second look
            return 0;
        }
        if (options_rows[found - FIRST_VALUE].offset != offsetof(struct options, config)) {
            continue;
        }
        if (named != NULL) {
            (void)fprintf(stderr, "ration: --config is given twice, %s and %s; put all into one file\n",
                          named, optarg);
            return -1;
        }
        named = *path = optarg;
    }
    return 0;
}

static int take_file(const char *path, struct options *options) {
    if (path == NULL) {
        return 0;
    }
    if (options_file_take(path, options) != 0) {
        return -1;
    }
    for (size_t i = 0; i < options_row_count; i++) {
        if (options->in_file[i] != 0) {
            note_chosen(&options_rows[i], options);
        }
    }
    return 0;
}

// `word` as it was written, "--nmae" or "--nmae=value"; `letter` is that of a short option, or 0.
static void tell_unknown(const char *word, int letter) {
    char name[SUGGEST_LONGEST];
    const char short_one[] = {'-', (char)letter, '\0'};
    struct suggest suggest;
    (void)fprintf(stderr, "ration: unknown option %s", letter != 0 ? short_one : word);
    (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 1, "="), word + 1);
    suggest_begin(&suggest, name[0] == '-' ? name + 1 : name); // "-input" may be meant for "--input"
    const char *separator = "; did you mean ";
    size_t length = strlen(suggest.word);
    for (size_t i = 0; i < options_row_count; i++) {
        suggest_offer(&suggest, options_rows[i].name);
        if (length > 1 &&
            strncmp(options_rows[i].name, suggest.word, length) == 0) { // of which one is it the beginning?
            (void)fprintf(stderr, "%s--%s", separator, options_rows[i].name);
            separator = ", ";
        }
    }
    if (separator[0] == ';' && suggest_best(&suggest) != NULL) {
        (void)fprintf(stderr, "%s--%s", separator, suggest_best(&suggest));
        separator = ", ";
    }
    (void)fprintf(stderr, "%s see ration run --help\n", separator[0] == ';' ? ";" : "?");
}

int options_parse(int argc, char **argv, struct options *options) {
    struct option longs[OPTIONS_MOST + 1] = {0};
    for (size_t i = 0; i < options_row_count; i++) {
        longs[i].name = options_rows[i].name;
        longs[i].val =
            FIRST_VALUE + (int)i; // all different: else getopt takes an ambiguous beginning for the first
        longs[i].has_arg = is_flag(&options_rows[i]) ? optional_argument : required_argument;
    }
    const char *path;
    *options = (struct options){.words = argv};
    if (options_environment_check(environ) != 0 || take_defaults(options) != 0 ||
        find_file(argc, argv, longs, &path) != 0 || take_file(path, options) != 0 ||
        take_environment(options) != 0) {
        return -1;
    }
    optind = 0; // glibc: start afresh
    opterr = 0;
    int found;
    while ((found = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
        if (found == ':') {
            (void)fprintf(stderr, "ration: %s needs a value; see ration run --help\n", argv[optind - 1]);
            return -1;
        }
        if (found < FIRST_VALUE) {
            // Of "-input" the letter is unknown, and the word not yet left behind.
            bool letter = optopt != 0 && optind < argc && argv[optind][0] == '-' && argv[optind][1] == optopt;
            tell_unknown(argv[letter ? optind : optind - 1], optopt);
            return -1;
        }
        const struct options_row *row = &options_rows[found - FIRST_VALUE];
        char problem[OPTIONS_PROBLEM_SIZE];
        if (options_value_store(row, optarg != NULL ? optarg : "yes", options, problem) != 0) {
            return refuse(row, "--", problem);
        }
        options->given[found - FIRST_VALUE] = true;
        note_chosen(row, options);
    }
    options->batch = options->batch || options->batch_mix;
    options->batch_mix = options->batch_mix && !options->cancel;
    if (optind < argc) {
        (void)fprintf(stderr, "ration: \"%s\" is not an option; see ration run --help\n", argv[optind]);
        return -1;
    }
    return 0;
}
