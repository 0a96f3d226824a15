#include "begin/init_text.h"

#include "config/config_tier.h"
#include "config/options_table.h"
#include "export/wrap.h"
#include "ration/invariant.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WIDTH 96U
#define COLUMNS_NAMED 12U // in the prompt

// A key of the file. Where `on` is not set, it stands there as a comment, for whoever wants it.
struct init_key {
    const char *heading; // before it, or NULL
    const char *name;
    bool on;
    const char *value; // NULL: see value_of()
};

static const struct init_key keys[] = {
    {"What is asked, and where the answers go", "input", true, NULL},
    {NULL, "id", false, NULL},
    {NULL, "output", true, "answers.jsonl"},
    {NULL, "keep", false, "all"},
    {NULL, "prompt-file", true, NULL},
    {NULL, "system", false, "You write short texts in plain English."},
    {"Whom", "provider", true, NULL},
    {NULL, "base-url", false, NULL},
    {NULL, "model", true, NULL},
    {NULL, "api-key-file", false, "key.txt"},
    {NULL, "max-output-tokens", true, "400"},
    {NULL, "param", false, "temperature=0.2"},
    {"How fast: the limits of the account", "tier", false, NULL},
    {NULL, "requests-per-minute", false, "500"},
    {NULL, "tokens-per-minute", false, "200k"},
    {NULL, "daily-limit", false, "10000"},
    {"For how much, and how it is told", "max-cost", false, "5.00"},
    {NULL, "listen", false, "127.0.0.1:8080"},
    {NULL, "log-file", false, "ration.log"},
};

static void add(struct text *out, const char *text) {
    text_add(out, text, strlen(text));
}

// A comment of as many lines as it takes.
static void add_comment(struct text *out, const char *words) {
    struct text lines = {0};
    wrap_put(&lines, words, strlen(words), 0, WIDTH);
    text_add(&lines, "", 1);
    char *rest = lines.failed ? NULL : lines.bytes;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (*line != '\0') {
            add(out, "# ");
            add(out, line);
            add(out, "\n");
        }
    }
    out->failed = out->failed || lines.failed;
    text_free(&lines);
}

static const struct options_row *row_of(const char *name) {
    size_t i = 0;
    while (i < options_row_count && strcmp(options_rows[i].name, name) != 0) {
        i++;
    }
    INVARIANT(i < options_row_count, "--%s is no option", name);
    return &options_rows[i];
}

// The one that its provider recommends, or NULL: there is none.
static const char *model_of(const struct provider *provider) {
    return provider->model_next != NULL ? provider->model_next : provider->model;
}

// Whether a tier is of the model, by its name: that has the model's, or what the model has in its own.
static bool tier_fits(const char *tier, const struct provider *provider) {
    char stem[TIER_NAME_SIZE];
    size_t own = strlen(provider->name);
    const char *model = model_of(provider);
    const char *from = strncmp(tier, provider->name, own) == 0 && tier[own] == '-' ? tier + own + 1 : tier;
    const char *end = strstr(from, "-tier-");
    (void)snprintf(stem, sizeof(stem), "%.*s", end != NULL ? (int)(end - from) : (int)strlen(from), from);
    return model != NULL && strstr(model, stem) != NULL;
}

// The first built-in tier of the provider that fits its model, else the first; NULL: it has none.
static const struct tier *tier_of(const struct init_text *init) {
    const struct tier *first = NULL;
    for (size_t i = 0; i < init->tiers->count; i++) {
        const struct tier *tier = &init->tiers->tier[i];
        if (!config_tier_foreign(tier->name, init->provider->name)) {
            if (tier_fits(tier->name, init->provider)) {
                return tier;
            }
            first = first != NULL ? first : tier;
        }
    }
    return first;
}

// NULL: there is nothing that it could be.
static const char *value_of(const struct init_text *init, const struct init_key *key) {
    if (key->value != NULL) {
        return key->value;
    }
    if (strcmp(key->name, "provider") == 0) {
        return init->provider->name;
    }
    if (strcmp(key->name, "input") == 0) {
        return init->input != NULL ? init->input : "artists.csv";
    }
    if (strcmp(key->name, "id") == 0) {
        return init->columns->id != NULL ? init->columns->id : "sku";
    }
    if (strcmp(key->name, "prompt-file") == 0) {
        return init->prompt;
    }
    if (strcmp(key->name, "model") == 0) {
        return model_of(init->provider) != NULL ? model_of(init->provider) : "NAME";
    }
    if (strcmp(key->name, "base-url") == 0) {
        return init->provider->base_url;
    }
    const struct tier *tier = tier_of(init);
    return tier != NULL ? tier->name : NULL;
}

static void add_tiers(const struct init_text *init, struct text *out) {
    struct text words = {0};
    const struct tier *first = tier_of(init);
    const char *model = model_of(init->provider);
    if (first != NULL && model != NULL && !tier_fits(first->name, init->provider)) {
        add(&words, "None of them is of ");
        add(&words, model);
        add(&words, ": for that name the limits of the account below. ");
    }
    add(&words, "Known ones:");
    for (size_t i = 0; i < init->tiers->count; i++) {
        if (!config_tier_foreign(init->tiers->tier[i].name, init->provider->name)) {
            add(&words, " ");
            add(&words, init->tiers->tier[i].name);
        }
    }
    text_add(&words, "", 1);
    add_comment(out, words.failed ? "" : words.bytes);
    out->failed = out->failed || words.failed;
    text_free(&words);
}

// Where --help has another provider's variable for an example. False: its words will do.
static bool put_instead(const struct provider *provider, const char *name, struct text *out) {
    char words[1000];
    if (strcmp(name, "api-key-file") == 0 && provider->key_env != NULL) {
        (void)snprintf(
            words, sizeof(words),
            "The API key%s: in the variable %s, or in a file that only you can read (chmod 600). It never "
            "stands here.",
            provider->key_optional ? ", if it needs one" : "", provider->key_env);
    } else if (strcmp(name, "base-url") == 0 && provider->base_url_env != NULL) {
        (void)snprintf(words, sizeof(words), "instead of the provider's own (also from the variable %s)",
                       provider->base_url_env);
    } else if (strcmp(name, "base-url") == 0 || strcmp(name, "api-key-file") == 0) {
        (void)snprintf(words, sizeof(words), "%s",
                       name[0] == 'b' ? "instead of the provider's own"
                                      : "holds the API key, if it needs one");
    } else {
        return false;
    }
    add_comment(out, words);
    return true;
}

// What the key means for this provider.
static void add_own_words(const struct init_text *init, const char *name, struct text *out) {
    const struct provider *provider = init->provider;
    char words[1000];
    if (strcmp(name, "provider") == 0) {
        (void)snprintf(words, sizeof(words), "%s", provider_names());
        add_comment(out, words);
    } else if (strcmp(name, "base-url") == 0 && provider->base_url_example) {
        add_comment(out, "Each account has its own: it has to be named, here or in the environment.");
    } else if (strcmp(name, "base-url") == 0 && strchr(provider->base_url, '{') != NULL) {
        add_comment(out, "Each {NAME} of the provider's own is that variable of the environment.");
    } else if (strcmp(name, "model") == 0 && model_of(provider) == NULL) {
        add_comment(out, "It has to be named.");
    } else if (strcmp(name, "tier") == 0) {
        add_tiers(init, out);
    }
}

static bool is_on(const struct init_text *init, const struct init_key *key) {
    if (strcmp(key->name, "model") == 0) {
        return model_of(init->provider) != NULL;
    }
    return key->on || (strcmp(key->name, "id") == 0 && init->columns->id != NULL);
}

// A value that a reader of the file would take apart stands between quotes.
static void add_value(struct text *out, const char *value) {
    const char *quote = strpbrk(value, "#\"'") == NULL && value[strcspn(value, " \t")] == '\0' ? ""
                        : strchr(value, '"') == NULL                                           ? "\""
                                                                                               : "'";
    add(out, quote);
    add(out, value);
    add(out, quote);
}

static void add_key(const struct init_text *init, const struct init_key *key, struct text *out) {
    const char *value = value_of(init, key);
    const struct options_row *row = row_of(key->name);
    if (key->heading != NULL) {
        add(out, "\n# ---- ");
        add(out, key->heading);
        add(out, " ----\n");
    }
    if (value == NULL) {
        return;
    }
    bool on = is_on(init, key);
    add(out, "\n");
    if (!put_instead(init->provider, key->name, out)) {
        add_comment(out, row->help);
    }
    add_own_words(init, key->name, out);
    add(out, on ? "" : "#");
    add(out, key->name);
    add(out, " = ");
    if (key->value == NULL) {
        add_value(out, value);
    } else {
        add(out, value);
    }
    add(out, "\n");
}

void init_text_config(const struct init_text *init, struct text *out) {
    char words[800];
    (void)snprintf(
        words, sizeof(words),
        "Options of ration run for the provider %s, one `key = value` a line: the keys are those of "
        "ration run --help. What begins with # does not count. The command line wins, then the "
        "environment (RATION_MAX_WORKERS, …), then this file.",
        init->provider->name);
    add_comment(out, words);
    (void)snprintf(words, sizeof(words),
                   "#\n#   ration doctor --config %s              is all there that a run needs?\n"
                   "#   ration plan --config %s                what will it take?\n"
                   "#   ration run --config %s --limit 10      try it\n"
                   "#   ration run --config %s --resume        go on with all of them\n",
                   init->config, init->config, init->config, init->config);
    add(out, words);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        add_key(init, &keys[i], out);
    }
}

static bool has(const struct init_columns *columns, const char *name) {
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->name[i], name) == 0) {
            return true;
        }
    }
    return false;
}

// Worth a place in a prompt: not what a row is known by or sent first for.
static bool tells(const struct init_columns *columns, const char *column) {
    static const char *const others[] = {"artist_id", "id", "priority"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcasecmp(others[i], column) == 0) {
            return false;
        }
    }
    if (columns->id != NULL && strcmp(columns->id, column) == 0) {
        return false;
    }
    return column[0] != '\0' && strpbrk(column, "{}:") == NULL;
}

void init_text_prompt(const struct init_text *init, struct text *out) {
    const struct init_columns *columns = init->columns;
    if (columns->count == 0 || (has(columns, "name") && has(columns, "data"))) {
        add(out, "Write a text of 150 words about {{name}}.\nWhat is known: {{data}}\n");
        return;
    }
    add(out, "Write a text of 60 words about this:\n\n");
    for (size_t i = 0, named = 0; i < columns->count && named < COLUMNS_NAMED; i++) {
        if (tells(columns, columns->name[i])) {
            add(out, columns->name[i]);
            add(out, ": {{");
            add(out, columns->name[i]);
            add(out, "}}\n");
            named++;
        }
    }
}

const char *init_text_missing(const struct provider *provider, int *at) {
    if (*at == 0 && (++*at, model_of(provider) == NULL)) {
        return "model";
    }
    if (*at == 1 && (++*at, provider->base_url_example)) {
        return "base-url";
    }
    return NULL;
}
