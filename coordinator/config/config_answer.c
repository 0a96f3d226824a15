#include "config/config_answer.h"

#include "ration/log.h"
#include "ration/pattern.h"
#include "ration/schema.h"
#include "system/small_file.h"

#include <string.h>
#include <sys/stat.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf" // which some editors put before JSON

static void tell_note(void *context, const struct schema_told *told) {
    const char *path = context;
    log_info("config", "--schema %s:%zu: %s", path, told->line, told->words);
}

// What the API gets of it, where that is not all.
static void tell_sent(const char *path, const struct provider *provider, const struct schema *schema) {
    struct schema_told told;
    if (provider->shape == PROVIDER_MESSAGES) {
        if (schema_withholds(schema, &told)) {
            log_info("config", "--schema %s:%zu: %s; it is checked here", path, told.line, told.words);
        }
    } else if (!schema_strict(schema, &told)) {
        log_info("config", "--schema %s:%zu: it is sent with strict false, because %s", path, told.line,
                 told.words);
    }
}

static int take_schema(const char *path, const struct provider *provider, struct settings *settings) {
    struct stat status;
    struct schema_told wrong;
    size_t length = 0;
    char *text = small_file_read("schema", path, SCHEMA_MOST, &length, &status);
    if (text == NULL) {
        return -1;
    }
    size_t mark = strlen(BYTE_ORDER_MARK);
    if (length >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0) {
        length -= mark;
        memmove(text, text + mark, length + 1);
    }
    settings->schema = text;
    struct schema *schema = schema_new(text, length, tell_note, (void *)(uintptr_t)path, &wrong);
    if (schema == NULL) {
        log_fatal("config", "--schema %s:%zu: %s", path, wrong.line, wrong.words);
        return -1;
    }
    tell_sent(path, provider, schema);
    schema_free(schema);
    return 0;
}

static int take_pattern(const char *text, struct settings *settings) {
    char words[PATTERN_WORDS];
    struct pattern *pattern = pattern_new(text, strlen(text), words);
    if (pattern == NULL) {
        log_fatal("config", "--must-match %s: %s; patterns are ECMAScript's, as in JSON Schema", text, words);
        return -1;
    }
    pattern_free(pattern);
    settings->must_match = strdup(text);
    if (settings->must_match == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    return 0;
}

int config_answer_take(const struct options *options, const struct provider *provider,
                       struct settings *settings) {
    settings->on_invalid = options->on_invalid;
    settings->min_chars = options->min_chars;
    bool checks = options->schema != NULL || options->min_chars > 0 || options->must_match != NULL;
    if (!checks && options->on_invalid != SETTINGS_INVALID_REPAIR) {
        log_fatal("config",
                  "--on-invalid says what follows a check: give --schema, --min-chars or --must-match, too");
        return -1;
    }
    if (options->schema != NULL && (options->min_chars > 0 || options->must_match != NULL)) {
        log_fatal("config", "%s is for plain texts; with --schema, say %s in the schema",
                  options->min_chars > 0 ? "--min-chars" : "--must-match",
                  options->min_chars > 0 ? "minLength" : "pattern");
        return -1;
    }
    if (options->schema != NULL) {
        return take_schema(options->schema, provider, settings);
    }
    return options->must_match != NULL ? take_pattern(options->must_match, settings) : 0;
}
