#include "config/options.h"

#include "config/options_table.h"
#include "ration/clock.h"
#include "ration/provider.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROWS 128
#define ENV_SIZE 64
#define SHARE_WHOLE 1000000ULL
#define FIRST_VALUE 1000 // of getopt_long(): above every character

static void env_name(const struct options_row *row, char out[ENV_SIZE]) {
    size_t at = (size_t)snprintf(out, ENV_SIZE, "RATION_%s", row->name);
    for (size_t i = 0; i < at && i < ENV_SIZE; i++) {
        out[i] = out[i] == '-' ? '_' : (char)toupper((unsigned char)out[i]);
    }
}

static int parse_count(const struct options_row *row, const char *text, uint64_t *out) {
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0 || value < row->least ||
        value > row->most) {
        return -1;
    }
    *out = value;
    return 0;
}

// A decimal number, times `unit`.
static int parse_fraction(const struct options_row *row, const char *text, uint64_t unit, uint64_t *out) {
    char *end = NULL;
    errno = 0;
    double value = strtod(text, &end);
    if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0 || !(value >= (double)row->least) ||
        !(value <= (double)row->most) || strpbrk(text, "xXpP") != NULL) {
        return -1;
    }
    *out = (uint64_t)(value * (double)unit + 0.5);
    return 0;
}

// In millionths, not below row->least of them.
static int parse_share(const struct options_row *row, const char *text, uint64_t *out) {
    struct options_row whole = {.least = 0, .most = 1};
    return parse_fraction(&whole, text, SHARE_WHOLE, out) == 0 && *out >= row->least ? 0 : -1;
}

static int parse_choice(const struct options_row *row, const char *text, int *out) {
    size_t length = strlen(text);
    const char *word = row->value;
    for (int number = 0;; number++) {
        size_t size = strcspn(word, "|");
        if (size == length && memcmp(word, text, size) == 0) {
            *out = number;
            return 0;
        }
        if (word[size] == '\0') {
            return -1;
        }
        word += size + 1;
    }
}

static int parse_flag(const char *text, bool *out) {
    static const char *const yes[] = {"1", "true", "yes", "on"};
    static const char *const no[] = {"", "0", "false", "no", "off"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (strcasecmp(text, yes[i]) == 0) {
            *out = true;
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        if (strcasecmp(text, no[i]) == 0) {
            *out = false;
            return 0;
        }
    }
    return -1;
}

static int parse_unflag(const char *text, bool *out) {
    bool off = false;
    if (parse_flag(text, &off) != 0) {
        return -1;
    }
    *out = *out && !off;
    return 0;
}

static int store(const struct options_row *row, const char *text, struct options *options) {
    void *member = (char *)options + row->offset;
    switch (row->kind) {
    case OPTIONS_TEXT:
        *(const char **)member = text;
        return *text == '\0' ? -1 : 0;
    case OPTIONS_COUNT:
        return parse_count(row, text, member);
    case OPTIONS_INTERVAL:
        if (strcmp(text, "always") == 0 || strcmp(text, "never") == 0) {
            *(uint64_t *)member = *text == 'a' ? 0 : CLOCK_NEVER;
            return 0;
        }
        return parse_fraction(row, text, CLOCK_SECOND, member);
    case OPTIONS_SECONDS:
        return parse_fraction(row, text, CLOCK_SECOND, member);
    case OPTIONS_HOURS:
        return parse_fraction(row, text, 3600 * CLOCK_SECOND, member);
    case OPTIONS_SHARE:
        return parse_share(row, text, member);
    case OPTIONS_CHOICE:
        return parse_choice(row, text, member);
    case OPTIONS_FLAG:
        return parse_flag(text, member);
    case OPTIONS_UNFLAG:
        return parse_unflag(text, member);
    }
    return -1;
}

static void tell_bad(const struct options_row *row, const char *source, const char *text) {
    (void)fprintf(stderr, "ration: %s%s: \"%s\" is not ", source, source[0] == '-' ? row->name : "", text);
    switch (row->kind) {
    case OPTIONS_COUNT:
        (void)fprintf(stderr, "a whole number from %" PRIu64 " to %" PRIu64 "\n", row->least, row->most);
        break;
    case OPTIONS_SECONDS:
        (void)fprintf(stderr, "a number of seconds from %" PRIu64 " to %" PRIu64 "\n", row->least, row->most);
        break;
    case OPTIONS_HOURS:
        (void)fprintf(stderr, "a number of hours from %" PRIu64 " to %" PRIu64 "\n", row->least, row->most);
        break;
    case OPTIONS_SHARE:
        (void)fprintf(stderr, "a share above 0, at most 1, like 0.8\n");
        break;
    case OPTIONS_INTERVAL:
        (void)fprintf(stderr, "always, never, or a number of seconds up to %" PRIu64 "\n", row->most);
        break;
    case OPTIONS_CHOICE:
        (void)fprintf(stderr, "one of %s\n", row->value);
        break;
    case OPTIONS_FLAG:
    case OPTIONS_UNFLAG:
        (void)fprintf(stderr, "yes or no\n");
        break;
    case OPTIONS_TEXT:
        (void)fprintf(stderr, "a %s\n", row->value);
        break;
    }
}

static bool is_flag(const struct options_row *row) {
    return row->kind == OPTIONS_FLAG || row->kind == OPTIONS_UNFLAG;
}

// An alias of a choice may be yes or no: its first word, or its last.
static int store_alias(const struct options_row *row, const char *text, struct options *options) {
    bool yes;
    if (store(row, text, options) == 0) {
        return 0;
    }
    if (row->kind != OPTIONS_CHOICE || parse_flag(text, &yes) != 0) {
        return -1;
    }
    const char *last = strrchr(row->value, '|');
    char first[ENV_SIZE];
    (void)snprintf(first, sizeof(first), "%.*s", (int)strcspn(row->value, "|"), row->value);
    return store(row, yes ? first : last + 1, options);
}

static const char *set_in_environment(const char *name) {
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? text : NULL;
}

static int take_alias(const struct options_row *row, struct options *options) {
    for (size_t i = 0; i < options_alias_count; i++) {
        const char *name = options_aliases[i].variable;
        const char *text =
            strcmp(options_aliases[i].option, row->name) == 0 ? set_in_environment(name) : NULL;
        if (text != NULL && store_alias(row, text, options) != 0) {
            tell_bad(row, name, text);
            return -1;
        }
    }
    return 0;
}

static int take_defaults(struct options *options) {
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        char name[ENV_SIZE];
        env_name(row, name);
        if (row->initial != NULL && store(row, row->initial, options) != 0) {
            (void)fprintf(stderr, "ration: the default of --%s is broken\n", row->name);
            return -1;
        }
        const char *text = set_in_environment(name);
        if (text == NULL && take_alias(row, options) != 0) {
            return -1;
        }
        if (text != NULL && store(row, text, options) != 0) {
            tell_bad(row, name, text);
            return -1;
        }
    }
    return 0;
}

int options_parse(int argc, char **argv, struct options *options) {
    struct option longs[MAX_ROWS] = {0};
    for (size_t i = 0; i < options_row_count; i++) {
        longs[i].name = options_rows[i].name;
        longs[i].val =
            FIRST_VALUE + (int)i; // all different: else getopt takes an ambiguous beginning for the first
        longs[i].has_arg = is_flag(&options_rows[i]) ? no_argument : required_argument;
    }
    *options = (struct options){0};
    if (take_defaults(options) != 0) {
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
            if (optopt >= FIRST_VALUE) {
                (void)fprintf(stderr, "ration: --%s takes no value; see ration run --help\n",
                              options_rows[optopt - FIRST_VALUE].name);
                return -1;
            }
            const char short_one[] = {'-', (char)optopt, '\0'};
            (void)fprintf(stderr, "ration: unknown option %s; see ration run --help\n",
                          optopt != 0 ? short_one : argv[optind - 1]);
            return -1;
        }
        const struct options_row *row = &options_rows[found - FIRST_VALUE];
        const char *text = is_flag(row) ? "yes" : optarg;
        if (store(row, text, options) != 0) {
            tell_bad(row, "--", text);
            return -1;
        }
    }
    if (optind < argc) {
        (void)fprintf(stderr, "ration: \"%s\" is not an option; see ration run --help\n", argv[optind]);
        return -1;
    }
    return 0;
}

static void list_providers(FILE *out) {
    const struct provider *provider;
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        (void)fprintf(out, "          %-12s POST %s, key in %s%s, model %s\n", provider->name, provider->path,
                      provider->key_env, provider->key_optional ? " if any" : "",
                      provider->model != NULL ? provider->model : "to be named");
    }
}

void options_help(FILE *out) {
    (void)fputs(
        "usage: ration run --input FILE --output FILE (--prompt-id ID | --prompt-file FILE) [options]\n\n"
        "Asks an API for a biography of each artist and writes exactly one JSON line for each.\n"
        "Each option may also come from the environment: --max-workers from RATION_MAX_WORKERS, and so on;\n"
        "the command line wins. The API key comes from the provider's variable (OPENAI_API_KEY, …) or\n"
        "--api-key-file only.\n\n",
        out);
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        (void)fprintf(out, "  --%s%s%s\n        %s", row->name, row->value != NULL ? " " : "",
                      row->value != NULL ? row->value : "", row->help);
        if (row->initial != NULL) {
            (void)fprintf(out, " [%s]", row->initial);
        }
        for (size_t k = 0; k < options_alias_count; k++) {
            if (strcmp(options_aliases[k].option, row->name) == 0) {
                (void)fprintf(out, " (also %s)", options_aliases[k].variable);
            }
        }
        (void)fputc('\n', out);
        if (row->offset == offsetof(struct options, provider)) {
            list_providers(out);
        }
    }
    (void)fputs(
        "\nexit status: 0 every artist has an answer; 1 finished, some artists are in the errors file;\n"
        "2 options, configuration or input wrong, nothing was sent; 3 stopped before the end, go on with\n"
        "--resume; 4 cannot go on (key refused, disk, crashing workers), go on with --resume\n",
        out);
}
