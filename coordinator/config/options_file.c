#include "config/options_file.h"

#include "config/options_value.h"
#include "config/suggest.h"
#include "system/small_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static const struct options_row *find(const char *key) {
    for (size_t i = 0; i < options_row_count; i++) {
        if (strcmp(options_rows[i].name, key) == 0) {
            return &options_rows[i];
        }
    }
    return NULL;
}

static int tell_unknown(const struct place *place, const char *key) {
    char problem[OPTIONS_PROBLEM_SIZE], word[SUGGEST_LONGEST];
    struct suggest suggest;
    (void)snprintf(word, sizeof(word), "%s", key + strspn(key, "-"));
    suggest_begin(&suggest, word);
    for (size_t i = 0; i < options_row_count; i++) {
        suggest_offer(&suggest, options_rows[i].name);
    }
    const char *near = suggest_best(&suggest);
    (void)snprintf(problem, sizeof(problem), "is no option of ration run%s%s%s see ration run --help",
                   near != NULL ? "; did you mean " : ";", near != NULL ? near : "", near != NULL ? "?" : "");
    return tell(place, key, problem);
}

static int store(const struct place *place, const struct options_file_line *line, struct options *options) {
    char problem[OPTIONS_PROBLEM_SIZE];
    const struct options_row *row = find(line->key);
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
    *before = place->line;
    if (options_value_store(row, line->value != NULL ? line->value : "yes", options, problem) != 0) {
        return tell(place, row->name, problem);
    }
    return 0;
}

int options_file_take(const char *path, struct options *options) {
    struct stat status;
    struct place place = {path, 0};
    char problem[OPTIONS_PROBLEM_SIZE];
    size_t length = 0;
    int result = 0;
    free(kept);
    kept = small_file_read("config", path, MOST, &length, &status);
    if (kept == NULL) {
        return -1;
    }
    if (strlen(kept) != length) {
        place.line = 1;
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
