#include "config/options.h"
#include "config/options_table.h"
#include "ration/provider.h"
#include "system/exit_code.h"

#include <string.h>

// As in the manual page: a heading stands before the option that begins it.
static const struct {
    const char *first;
    const char *title;
} sections[] = {
    {"config", "Files"},
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
        (void)fprintf(out, "          %-12s POST %s,\n                       key in %s%s, model %s\n",
                      provider->name, provider->path, provider->key_env,
                      provider->key_optional ? " if any" : "",
                      provider->model != NULL ? provider->model : "to be named");
    }
}

#define WIDTH 80U
#define INDENT 8U

// The text in lines that fit a terminal, broken at its blanks. A byte counts as a column.
static void print_wrapped(const char *text, FILE *out) {
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (column == 0 || column + 1 + word > WIDTH) {
            (void)fprintf(out, "%s%*s", column == 0 ? "" : "\n", (int)INDENT, "");
            column = INDENT;
        } else {
            (void)fputc(' ', out);
            column++;
        }
        (void)fprintf(out, "%.*s", (int)word, text);
        column += word;
        text += word + (text[word] == ' ');
    }
    (void)fputc('\n', out);
}

static void print_option(const struct options_row *row, FILE *out) {
    char text[512];
    size_t used = 0;
    int n = snprintf(text, sizeof(text), "%s%s%s%s", row->help, row->initial != NULL ? " [" : "",
                     row->initial != NULL ? row->initial : "", row->initial != NULL ? "]" : "");
    used = n > 0 && (size_t)n < sizeof(text) ? (size_t)n : strlen(text);
    for (size_t k = 0; k < options_alias_count; k++) {
        if (strcmp(options_aliases[k].option, row->name) == 0) {
            (void)snprintf(text + used, sizeof(text) - used, " (also %s)", options_aliases[k].variable);
            used = strlen(text);
        }
    }
    (void)fprintf(out, "  --%s%s%s\n", row->name, row->value != NULL ? " " : "",
                  row->value != NULL ? row->value : "");
    print_wrapped(text, out);
}

void options_help(FILE *out) {
    (void)fputs("usage: ration run --input FILE --output FILE\n"
                "                  (--prompt-id ID | --prompt-file FILE) [options]\n\n"
                "Asks an LLM API one question for each row of a table, and writes exactly one\n"
                "JSON line for each. A row is called an artist here, after the first batch; any\n"
                "table does, with any columns:\n"
                "  ration run --input products.csv --id sku --name title --keep price\n"
                "             --prompt-file product.txt --output texts.jsonl\n\n"
                "Each option may also come from the environment, --max-workers from\n"
                "RATION_MAX_WORKERS and so on, or from the file of --config; the command line\n"
                "wins, then the environment. A flag may be followed by =no. Numbers may end in\n"
                "k or M, times in ms, s, m, h or d. The API key comes from the provider's\n"
                "variable (OPENAI_API_KEY, …) or --api-key-file only.\n\n",
                out);
    for (size_t i = 0; i < options_row_count; i++) {
        const struct options_row *row = &options_rows[i];
        print_heading(row->name, out);
        print_option(row, out);
        if (row->offset == offsetof(struct options, provider)) {
            list_providers(out);
        }
    }
    (void)fputs("\nexit status:\n", out);
    for (int code = 0; exit_code_means(code) != NULL; code++) {
        (void)fprintf(out, "  %d\n", code);
        print_wrapped(exit_code_means(code), out);
    }
}
