#include "watch/recent_errors.h"

#include "ration/result_line.h"
#include "ration/utf8.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_MOST 32768U
#define ATTEMPTS_MOST 1000000000U

void recent_errors_begin(struct recent_errors *errors, const struct result_format *format, uint64_t length) {
    *errors = (struct recent_errors){.format = format, .seen = length};
}

static void take(char *out, size_t size, const char *text) {
    (void)strlcpy(out, text != NULL ? text : "", size);
    out[utf8_span(out, strlen(out))] = '\0'; // not in the middle of a character
}

bool recent_errors_parse(const struct result_format *format, const char *line, size_t length,
                         struct snapshot_error *error) {
    char text[512], number[8] = "";
    struct result_read read;
    memset(error, 0, sizeof(*error));
    if (!result_line_read(format, RESULT_ERROR, line, length, &read)) {
        return false;
    }
    const char *code = read.line.code, *message = read.line.message;
    if (read.line.status >= 1 && read.line.status <= 999) {
        (void)snprintf(number, sizeof(number), "%u ", (unsigned)read.line.status);
    }
    (void)snprintf(text, sizeof(text), "%s%s%s%.300s", number, code != NULL ? code : "",
                   code != NULL ? ": " : "", message != NULL ? message : "");
    take(error->artist, sizeof(error->artist), read.id);
    take(error->class, sizeof(error->class), read.line.class);
    take(error->text, sizeof(error->text), text);
    error->attempts = read.line.attempts < ATTEMPTS_MOST ? read.line.attempts : 0;
    result_line_free(&read);
    return true;
}

static void keep(struct recent_errors *errors, const struct snapshot_error *error) {
    if (errors->count == SNAPSHOT_ERRORS) {
        memmove(&errors->error[0], &errors->error[1], (SNAPSHOT_ERRORS - 1) * sizeof(*error));
        errors->count--;
    }
    errors->error[errors->count++] = *error;
}

// Where the last SNAPSHOT_ERRORS whole lines of the text begin.
static const char *last_lines(const char *text, const char *end) {
    unsigned lines = 0;
    for (const char *at = end - 1; at > text; at--) {
        if (at[-1] == '\n' && ++lines == SNAPSHOT_ERRORS) {
            return at;
        }
    }
    return text;
}

static void take_lines(struct recent_errors *errors, const char *text, const char *end, uint64_t wall) {
    for (const char *line = last_lines(text, end); line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        struct snapshot_error error;
        if (stop == NULL) {
            return;
        }
        // A line whose beginning was not read is no JSON.
        if (recent_errors_parse(errors->format, line, (size_t)(stop - line), &error)) {
            error.at = wall;
            keep(errors, &error);
        }
        line = stop + 1;
    }
}

void recent_errors_look(struct recent_errors *errors, int fd, uint64_t length, uint64_t wall) {
    if (length <= errors->seen) {
        errors->seen = length; // rolled back
        return;
    }
    uint64_t from = length - errors->seen > READ_MOST ? length - READ_MOST : errors->seen;
    char *text = malloc(READ_MOST);
    if (text != NULL) {
        ssize_t n = pread(fd, text, (size_t)(length - from), (off_t)from);
        if (n > 0) {
            take_lines(errors, text, text + n, wall);
        }
    }
    free(text);
    errors->seen = length;
}
