#include "config/options_file.h"

#include "config/options_environment.h"
#include "config/options_value.h"
#include "config/suggest.h"
#include "ration/provider.h"
#include "system/small_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST ((size_t)1 << 20)
#define BLANKS " \t\r\v\f"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define SHOWN 60 // bytes of a key that is repeated in a message

static char *kept; // the text of the file, of which the options hold pieces

static char *skip_blanks(char *text) {
    return text + strspn(text, BLANKS);
}

static void cut_blanks(char *text) {
    size_t length = strlen(text);
    while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL) {
        text[--length] = '\0';
    }
}

// At a # that begins a comment.
static void cut_comment(char *text) {
    for (char *at = text; (at = strchr(at, '#')) != NULL; at++) {
        if (at == text || strchr(BLANKS, at[-1]) != NULL) {
            *at = '\0';
            return;
        }
    }
}

// `text` begins with a quote. Its end may be followed by a comment.
static int take_quoted(char *text, struct options_file_line *line, char problem[OPTIONS_PROBLEM_SIZE]) {
    char *end = strchr(text + 1, text[0]);
    char *rest = end != NULL ? skip_blanks(end + 1) : NULL;
    if (end == NULL) {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "the value begins with %c, which has no end", text[0]);
        return -1;
    }
    if (*rest != '\0' && *rest != '#') {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE,
                       "something stands behind the quoted value; put all of it between %s",
                       text[0] == '"' ? "' and '" : "\" and \"");
        return -1;
    }
    *end = '\0';
    line->value = text + 1;
    return 0;
}

int options_file_line(char *text, struct options_file_line *line, char problem[OPTIONS_PROBLEM_SIZE]) {
    *line = (struct options_file_line){0};
    text = skip_blanks(text);
    if (*text == '\0' || *text == '#') {
        return 0;
    }
    line->key = text;
    char *equals = text + strcspn(text, "=#");
    if (*equals != '=') {
        cut_comment(text);
        cut_blanks(text);
        return 0;
    }
    *equals = '\0';
    cut_blanks(text);
    char *value = skip_blanks(equals + 1);
    if (*text == '\0') {
        (void)snprintf(problem, OPTIONS_PROBLEM_SIZE, "there is no key before the =");
        return -1;
    }
    if (*value == '"' || *value == '\'') {
        return take_quoted(value, line, problem);
    }
    line->commented = *value == '#';
    cut_comment(value);
    cut_blanks(value);
    line->value = value;
    return 0;
}

// ---- what a line is for ----

// Where the file is, for messages.
struct place {
    const char *path;
    uint32_t line;
};

static int tell(const struct place *place, const char *key, const char *problem) {
    (void)fprintf(stderr, "ration: %s:%u: ", place->path, place->line);
    for (int i = 0; key != NULL && key[i] != '\0' && i < SHOWN; i++) {
        (void)fputc(iscntrl((unsigned char)key[i]) ? '?' : key[i], stderr);
    }
    (void)fprintf(stderr, "%s%s\n", key != NULL ? ": " : "", problem);
    return -1;
}

// The option that a variable of the environment stands for, which was written as a key; NULL: none.
static const char *option_of(const char *key) {
    const struct provider *provider;
    char name[OPTIONS_ENVIRONMENT_SIZE];
    for (size_t i = 0; i < options_row_count; i++) {
        options_environment_name(&options_rows[i], name);
        if (strcmp(name, key) == 0) {
            return options_rows[i].name;
        }
    }
    for (size_t i = 0; i < options_alias_count; i++) {
        if (strcmp(options_aliases[i].variable, key) == 0) {
            return options_aliases[i].option;
        }
    }
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        const char *const variable[] = {provider->key_env, provider->base_url_env, provider->model_env};
        static const char *const option[] = {"api-key-file", "base-url", "model"};
        for (size_t k = 0; k < sizeof(option) / sizeof(option[0]); k++) {
            if (variable[k] != NULL && strcmp(variable[k], key) == 0) {
                return option[k];
            }
        }
    }
    return NULL;
}

static const char *nearest(const char *key, char word[SUGGEST_LONGEST]) {
    struct suggest suggest;
    (void)snprintf(word, SUGGEST_LONGEST, "%s", key + strspn(key, "-"));
    suggest_begin(&suggest, word);
    for (size_t i = 0; i < options_row_count; i++) {
        suggest_offer(&suggest, options_rows[i].name);
    }
    return suggest_best(&suggest);
}

// Of a line without a = in its place only the first word is repeated: behind it a key of the API may stand.
static int tell_unknown(const struct place *place, const char *key) {
    char problem[OPTIONS_PROBLEM_SIZE], first[SUGGEST_LONGEST], word[SUGGEST_LONGEST];
    size_t length = strcspn(key, BLANKS ":");
    (void)snprintf(first, sizeof(first), "%.*s", (int)(length < sizeof(first) ? length : sizeof(first) - 1),
                   key);
    if (key[length] != '\0' && options_table_find(first) != NULL) {
        (void)snprintf(problem, sizeof(problem), "a = is missing behind it: %s = value", first);
        return tell(place, first, problem);
    }
    const char *option = option_of(first);
    if (option != NULL) {
        (void)snprintf(problem, sizeof(problem), "is a variable of the environment; %s %s",
                       strcmp(option, "api-key-file") == 0
                           ? "no key stands in this file: set it there, or use"
                           : "in this file it is",
                       option);
        return tell(place, first, problem);
    }
    const char *near = nearest(first, word);
    (void)snprintf(problem, sizeof(problem), "is no option of ration run%s%s%s see ration run --help",
                   near != NULL ? "; did you mean " : ";", near != NULL ? near : "", near != NULL ? "?" : "");
    return tell(place, first, problem);
}

static int store(const struct place *place, const struct options_file_line *line, struct options *options) {
    char problem[OPTIONS_PROBLEM_SIZE];
    const struct options_row *row = options_table_find(line->key);
    if (row == NULL) {
        return tell_unknown(place, line->key);
    }
    bool flag = row->kind == OPTIONS_FLAG || row->kind == OPTIONS_UNFLAG;
    uint32_t *before = &options->in_file[row - options_rows];
    if (row->offset == offsetof(struct options, config)) {
        return tell(place, row->name, "stands on the command line or in the environment only");
    }
    if (*before != 0 && row->kind != OPTIONS_LIST) {
        (void)snprintf(problem, sizeof(problem), "stands in line %u already; leave out one of them", *before);
        return tell(place, row->name, problem);
    }
    if (line->value == NULL && !flag) {
        return tell(place, row->name, "needs a value: key = value");
    }
    if (line->commented && !flag) {
        return tell(place, row->name,
                    "has no value: a # begins a comment; a value that begins with it needs quotes, \"#…\"");
    }
    *before = place->line;
    if (options_value_store(row, line->value != NULL ? line->value : "yes", options, problem) != 0) {
        return tell(place, row->name, problem);
    }
    return 0;
}

// On which line the text ends.
static uint32_t line_of(const char *text) {
    uint32_t line = 1;
    for (; *text != '\0'; text++) {
        line += *text == '\n';
    }
    return line;
}

int options_file_take(const char *path, struct options *options) {
    struct stat status;
    struct place place = {path, 0};
    char problem[OPTIONS_PROBLEM_SIZE];
    size_t length = 0;
    int result = 0;
    free(kept);
    kept = NULL;
    if (access(path, R_OK) != 0) {
        (void)fprintf(stderr, "ration: --config %s: %s%s\n", path, strerror(errno),
                      errno == ENOENT ? "; ration init writes one" : "");
        return -1;
    }
    kept = small_file_read("config", path, MOST, &length, &status);
    if (kept == NULL) {
        return -1;
    }
    if (strlen(kept) != length) {
        place.line = line_of(kept);
        return tell(&place, NULL, "is no text: it holds a NUL byte");
    }
    char *rest = kept + (strncmp(kept, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0);
    for (char *text; (text = strsep(&rest, "\n")) != NULL;) {
        struct options_file_line line;
        place.line++;
        if (options_file_line(text, &line, problem) != 0) {
            result = tell(&place, line.key[0] != '\0' ? line.key : NULL, problem);
        } else if (line.key != NULL && store(&place, &line, options) != 0) {
            result = -1;
        }
    }
    return result;
}
