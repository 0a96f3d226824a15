#include "response_headers.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct wanted {
    const char *name;
    size_t length, offset, size;
};

#define WANTED(name, field)                                                                                            \
    { name, sizeof name - 1, offsetof(struct response_headers, field), sizeof(((struct response_headers *)0)->field) }

static const struct wanted wanted[] = {
    WANTED("retry-after", retry_after),     WANTED("retry-after-ms", retry_after_ms),
    WANTED("x-should-retry", should_retry), WANTED("x-request-id", request_id),
    WANTED("request-id", request_id),       WANTED("date", date),
};

static bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The value goes into outputs and logs, so only printable ASCII is let in.
static bool printable(const char *at, const char *end) {
    while (at < end && *at >= ' ' && *at <= '~') {
        at++;
    }
    return at == end;
}

void response_headers_add(struct response_headers *headers, const char *line, size_t length) {
    const char *end = line + length;
    const char *colon = memchr(line, ':', length);
    if (colon == NULL) {
        return;
    }
    size_t name = (size_t)(colon - line);
    const struct wanted *found = NULL;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0] && found == NULL; i++) {
        if (wanted[i].length == name && strncasecmp(wanted[i].name, line, name) == 0) {
            found = &wanted[i];
        }
    }
    if (found == NULL) {
        return;
    }
    const char *value = colon + 1;
    while (value < end && blank(*value)) {
        value++;
    }
    while (end > value && blank(end[-1])) {
        end--;
    }
    if ((size_t)(end - value) < found->size && printable(value, end)) {
        char *place = (char *)headers + found->offset;
        memcpy(place, value, (size_t)(end - value));
        place[end - value] = '\0';
    }
}
