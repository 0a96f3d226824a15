#include "config/options.h"
#include "config/options_table.h"
#include "ration/provider.h"

#include <string.h>

// As in the manual page: a heading stands before the option that begins it.
static const struct {
    const char *first;
    const char *title;
} sections[] = {
    {"input", "Files"},
    {"provider", "API and prompt"},
    {"max-workers", "Workers and requests"},
    {"requests-per-minute", "Limits of the account"},
    {"sessions", "Sessions"},
    {"quota-monitoring", "Daily quota"},
    {"backoff", "Failures and waits"},
    {"alert-thresholds", "Alerts"},
    {"listen", "Web page and metrics"},
    {"sync", "Safety and display"},
};

static void print_heading(const char *option, FILE *out) {
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        if (strcmp(sections[i].first, option) == 0) {
            (void)fprintf(out, "%s%s:\n", i > 0 ? "\n" : "", sections[i].title);
        }
    }
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
        "Asks an API for a biography of each artist and writes exactly one JSON line for\n"
        "each. Each option may also come from the environment, --max-workers from\n"
        "RATION_MAX_WORKERS and so on; the command line wins. Numbers may end in k or M,\n"
        "times in ms, s, m, h or d. The API key comes from the provider's variable\n"
        "(OPENAI_API_KEY, …) or --api-key-file only.\n\n",
        out);
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        print_heading(row->name, out);
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
