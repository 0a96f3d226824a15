#include "exchange/response.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define HEADERS_MOST ((size_t)64 << 10) // bytes of all headers of an exchange
#define BODY_KEPT ((size_t)32 << 10)    // a larger body buffer is given back after use

struct wanted {
    const char *name;
    size_t length, offset, size;
};

#define PLACE(field) offsetof(struct response_headers, field), sizeof(((struct response_headers *)0)->field)

static const struct wanted wanted[] = {
    {"retry-after", 11, PLACE(retry_after)},     {"retry-after-ms", 14, PLACE(retry_after_ms)},
    {"x-should-retry", 14, PLACE(should_retry)}, {"x-request-id", 12, PLACE(request_id)},
    {"request-id", 10, PLACE(request_id)},       {"date", 4, PLACE(date)},
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

static void keep_header(struct response_headers *headers, const char *line, size_t length) {
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

void response_clear(struct response *response) {
    text_clear(&response->body);
    text_shrink(&response->body, BODY_KEPT);
    *response = (struct response){.body = response->body};
}

void response_free(struct response *response) {
    text_free(&response->body);
}

bool response_add_body(struct response *response, const char *bytes, size_t length, size_t most) {
    if (response->body.length > most || length > most - response->body.length) {
        response->too_large = true;
        return false;
    }
    text_add(&response->body, bytes, length);
    return !response->body.failed;
}

bool response_add_header(struct response *response, const char *line, size_t length) {
    response->header_bytes += length;
    if (response->header_bytes > HEADERS_MOST) {
        response->too_large = true;
        return false;
    }
    if (length > 5 && memcmp(line, "HTTP/", 5) == 0) { // what came before was a provisional response
        response->headers = (struct response_headers){0};
    } else {
        keep_header(&response->headers, line, length);
    }
    return true;
}
