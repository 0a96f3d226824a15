#include "watch/recent_errors.h"

#include "ration/utf8.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_MOST 32768U

void recent_errors_begin(struct recent_errors *errors, uint64_t length) {
    *errors = (struct recent_errors){.seen = length};
}

static void take(char *out, size_t size, const char *text) {
    (void)strlcpy(out, text != NULL ? text : "", size);
    out[utf8_span(out, strlen(out))] = '\0'; // not in the middle of a character
}

bool recent_errors_parse(const char *line, size_t length, struct snapshot_error *error) {
    char text[512];
    cJSON *object = cJSON_ParseWithLength(line, length);
    const char *artist = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "artist_id"));
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "class"));
    const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "code"));
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "message"));
    double status = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, "status"));
    double attempts = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, "attempts"));
    bool good = artist != NULL && kind != NULL;
    memset(error, 0, sizeof(*error));
    if (good) {
        char number[8] = "";
        if (status >= 1 && status <= 999) {
            (void)snprintf(number, sizeof(number), "%d ", (int)status);
        }
        (void)snprintf(text, sizeof(text), "%s%s%s%.300s", number, code != NULL ? code : "",
                       code != NULL ? ": " : "", message != NULL ? message : "");
        take(error->artist, sizeof(error->artist), artist);
        take(error->class, sizeof(error->class), kind);
        take(error->text, sizeof(error->text), text);
        error->attempts = attempts >= 0 && attempts < 1e9 ? (uint64_t)attempts : 0;
    }
    cJSON_Delete(object);
    return good;
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
        if (recent_errors_parse(line, (size_t)(stop - line), &error)) {
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
