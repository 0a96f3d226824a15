#include "input/input_delimiter.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct {
    char delimiter;
    const char *word, *name;
} rows[] = {
    {',', "comma", "a comma"},
    {';', "semicolon", "a semicolon"},
    {'\t', "tab", "a tab"},
    {'|', "pipe", "a vertical bar"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

char input_delimiter_read(const char *word) {
    for (size_t i = 0; i < ROWS; i++) {
        bool alone = word[0] == rows[i].delimiter && word[1] == '\0';
        if (alone || strcasecmp(word, rows[i].word) == 0) {
            return rows[i].delimiter;
        }
    }
    return strcmp(word, "\\t") == 0 ? '\t' : '\0';
}

const char *input_delimiter_name(char delimiter) {
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].delimiter == delimiter) {
            return rows[i].name;
        }
    }
    return "";
}

static bool is_named(const char *at, size_t length, const char *name) {
    while (length > 0 && (isspace((unsigned char)*at) || *at == '"')) {
        at++;
        length--;
    }
    while (length > 0 && (isspace((unsigned char)at[length - 1]) || at[length - 1] == '"')) {
        length--;
    }
    return length == strlen(name) && strncasecmp(at, name, length) == 0;
}

// The end of the field that begins at `at`: a delimiter or the end of the line, outside of quotes.
static size_t field_end(const char *line, size_t length, size_t at, char delimiter) {
    bool quoted = false;
    for (; at < length; at++) {
        quoted = quoted != (line[at] == '"');
        if (!quoted && line[at] == delimiter) {
            break;
        }
    }
    return at;
}

// How many fields the line has with that delimiter; *found: one of them is that column.
static size_t fields_of(const char *line, size_t length, char delimiter, const char *id, bool *found) {
    size_t fields = 0, at = 0;
    *found = false;
    while (at <= length) {
        size_t end = field_end(line, length, at, delimiter);
        bool named = id != NULL
                         ? is_named(line + at, end - at, id)
                         : is_named(line + at, end - at, "artist_id") || is_named(line + at, end - at, "id");
        *found = *found || named;
        fields++;
        at = end + 1;
    }
    return fields;
}

char input_delimiter_find(const char *head, size_t length, const char *id) {
    if (length >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) {
        head += 3;
        length -= 3;
    }
    const char *end = memchr(head, '\n', length);
    length = end != NULL ? (size_t)(end - head) : length;
    size_t best = 0, most = 1;
    bool best_found = false;
    for (size_t i = 0; i < ROWS; i++) {
        bool found;
        size_t fields = fields_of(head, length, rows[i].delimiter, id, &found);
        found = found && fields > 1;
        if ((found && !best_found) || (found == best_found && fields > most)) {
            best = i;
            most = fields;
            best_found = found;
        }
    }
    return rows[best].delimiter;
}
