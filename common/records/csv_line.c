#include "records/csv_line.h"

#include <string.h>

struct cursor {
    const char *at, *end; // in the line
    char *out;            // behind what has been written
};

static void take(struct cursor *cursor, size_t length) {
    memcpy(cursor->out, cursor->at, length);
    cursor->out += length;
    cursor->at += length;
}

// Without quotes it reaches to the next delimiter.
static bool take_bare(struct cursor *cursor, char delimiter) {
    size_t left = (size_t)(cursor->end - cursor->at);
    const char *stop = memchr(cursor->at, delimiter, left);
    size_t length = stop != NULL ? (size_t)(stop - cursor->at) : left;
    if (memchr(cursor->at, '"', length) != NULL) {
        return false;
    }
    take(cursor, length);
    return true;
}

// Between quotes two of them are one. Behind the last one the field must end.
static bool take_quoted(struct cursor *cursor, char delimiter) {
    cursor->at++;
    for (;;) {
        const char *quote = memchr(cursor->at, '"', (size_t)(cursor->end - cursor->at));
        if (quote == NULL) {
            return false;
        }
        take(cursor, (size_t)(quote - cursor->at));
        cursor->at++;
        if (cursor->at == cursor->end || *cursor->at == delimiter) {
            return true;
        }
        if (*cursor->at != '"') {
            return false;
        }
        take(cursor, 1);
    }
}

bool csv_line_split(const char *line, size_t length, char delimiter, char *out, struct record_field *field,
                    size_t most, size_t *fields) {
    struct cursor cursor = {.at = line, .end = line + length, .out = out};
    *fields = 0;
    if (memchr(line, '\r', length) != NULL) {
        return false;
    }
    for (;;) {
        char *begin = cursor.out;
        bool quoted = cursor.at < cursor.end && *cursor.at == '"';
        if (!(quoted ? take_quoted(&cursor, delimiter) : take_bare(&cursor, delimiter))) {
            return false;
        }
        if (*fields < most) {
            field[*fields] = (struct record_field){.text = begin, .length = (size_t)(cursor.out - begin)};
        }
        ++*fields;
        *cursor.out++ = '\0';
        if (cursor.at == cursor.end) {
            return true;
        }
        cursor.at++;
    }
}
