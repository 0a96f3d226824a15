#include "begin/init_text.h"

#include "begin/init_keys.h"
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
#define COMMAND_WIDTH 20  // of a command, but for --config FILE

// A comment of as many lines as it takes.
static void add_comment(struct text *out, const char *words) {
    struct text lines = {0};
    wrap_put(&lines, words, strlen(words), 0, WIDTH);
    text_add(&lines, "", 1);
    char *rest = lines.failed ? NULL : lines.bytes;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (*line != '\0') {
            text_add_string(out, "# ");
            text_add_string(out, line);
            text_add_string(out, "\n");
        }
    }
    out->failed = out->failed || lines.failed;
    text_free(&lines);
}

static const struct options_row *row_of(const char *name) {
    const struct options_row *row = options_table_find(name);
    INVARIANT(row != NULL, "--%s is no option", name);
    return row;
}

static void add_tiers(const struct init_text *init, struct text *out) {
    struct text words = {0};
    const struct tier *first = init_keys_tier(init);
    const char *model = init_keys_model(init->provider);
    if (first != NULL && model != NULL && !init_keys_tier_fits(first->name, init->provider)) {
        text_add_string(&words, "None of them is of ");
        text_add_string(&words, model);
        text_add_string(&words, ": for that name the limits of the account below. ");
    }
    text_add_string(&words, "Known ones:");
    for (size_t i = 0; i < init->tiers->count; i++) {
        if (!config_tier_foreign(init->tiers->tier[i].name, init->provider->name)) {
            text_add_string(&words, " ");
            text_add_string(&words, init->tiers->tier[i].name);
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
    if (strcmp(name, "provider") == 0) {
        add_comment(out, provider_names());
    } else if (strcmp(name, "base-url") == 0 && provider->base_url_example) {
        add_comment(out, "Each account has its own: it has to be named, here or in the environment.");
    } else if (strcmp(name, "base-url") == 0 && strchr(provider->base_url, '{') != NULL) {
        add_comment(out, "Each {NAME} of the provider's own is that variable of the environment.");
    } else if (strcmp(name, "model") == 0 && init_keys_model(provider) == NULL) {
        add_comment(out, "It has to be named.");
    } else if (strcmp(name, "tier") == 0) {
        add_tiers(init, out);
    }
}

// A value that a reader of the file would take apart stands between quotes, if there is one that it has not.
static void add_value(struct text *out, const char *value) {
    bool plain = strpbrk(value, "#\"'") == NULL && value[strcspn(value, " \t")] == '\0';
    const char *quote = plain || (strchr(value, '"') != NULL && strchr(value, '\'') != NULL) ? ""
                        : strchr(value, '"') == NULL                                         ? "\""
                                                                                             : "'";
    text_add_string(out, quote);
    text_add_string(out, value);
    text_add_string(out, quote);
}

static void add_key(const struct init_text *init, const struct init_key *key, struct text *out) {
    const char *value = init_keys_value(init, key);
    const struct options_row *row = row_of(key->name);
    if (key->heading != NULL) {
        text_add_string(out, "\n# ---- ");
        text_add_string(out, key->heading);
        text_add_string(out, " ----\n");
    }
    if (value == NULL) {
        return;
    }
    bool on = init_keys_on(init, key);
    text_add_string(out, "\n");
    if (!put_instead(init->provider, key->name, out)) {
        add_comment(out, row->help);
    }
    add_own_words(init, key->name, out);
    text_add_string(out, on ? "" : "#");
    text_add_string(out, key->name);
    text_add_string(out, " = ");
    if (key->value == NULL) {
        add_value(out, value);
    } else {
        text_add_string(out, value);
    }
    text_add_string(out, "\n");
}

// What to do with the file, under each other.
static void add_commands(const char *config, struct text *out) {
    static const struct {
        const char *command, *more, *what;
    } each[] = {
        {"doctor", "", "is all there that a run needs?"},
        {"plan", "", "what will it take?"},
        {"run", " --limit 10", "try it"},
        {"run", " --resume", "go on with all of them"},
    };
    text_add_string(out, "#\n");
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        char tail[80];
        (void)snprintf(tail, sizeof(tail), "%-*s%s\n", COMMAND_WIDTH - (int)strlen(each[i].command),
                       each[i].more, each[i].what);
        text_add_string(out, "#   ration ");
        text_add_string(out, each[i].command);
        text_add_string(out, " --config ");
        text_add_string(out, config);
        text_add_string(out, tail);
    }
}

void init_text_config(const struct init_text *init, struct text *out) {
    const struct init_key *key;
    char words[800];
    (void)snprintf(
        words, sizeof(words),
        "Options of ration run for the provider %s, one `key = value` a line: the keys are those of "
        "ration run --help. What begins with # does not count. The command line wins, then the "
        "environment (RATION_MAX_WORKERS, …), then this file.",
        init->provider->name);
    add_comment(out, words);
    add_commands(init->config, out);
    for (size_t i = 0; (key = init_keys_at(i)) != NULL; i++) {
        add_key(init, key, out);
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
        text_add_string(out, "Write a text of 150 words about {{name}}.\nWhat is known: {{data}}\n");
        return;
    }
    text_add_string(out, "Write a text of 60 words about this:\n\n");
    for (size_t i = 0, named = 0; i < columns->count && named < COLUMNS_NAMED; i++) {
        if (tells(columns, columns->name[i])) {
            text_add_string(out, columns->name[i]);
            text_add_string(out, ": {{");
            text_add_string(out, columns->name[i]);
            text_add_string(out, "}}\n");
            named++;
        }
    }
}

const char *init_text_missing(const struct provider *provider, int *at) {
    if (*at == 0 && (++*at, init_keys_model(provider) == NULL)) {
        return "model";
    }
    if (*at == 1 && (++*at, provider->base_url_example)) {
        return "base-url";
    }
    return NULL;
}
