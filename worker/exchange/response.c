#include "exchange/response.h"

#include "ration/ascii.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define HEADERS_MOST ((size_t)64 << 10) // bytes of all headers of an exchange
#define BODY_KEPT ((size_t)32 << 10)    // a larger body buffer is given back after use

struct wanted {
    const char *name;
    size_t length, offset, size;
    bool joins; // several lines make a list
};

#define PLACE(field) offsetof(struct response_headers, field), sizeof(((struct response_headers *)0)->field)

static const struct wanted wanted[] = {
    {"retry-after", 11, PLACE(retry_after), true},
    {"x-retry-after", 13, PLACE(retry_after), true},
    {"retry-after-ms", 14, PLACE(retry_after_ms), true},
    {"x-ms-retry-after-ms", 19, PLACE(retry_after_ms), true},
    {"x-should-retry", 14, PLACE(should_retry), false},
    {"x-request-id", 12, PLACE(request_id), false},
    {"request-id", 10, PLACE(request_id), false},
    {"date", 4, PLACE(date), false},
};

// The value goes into outputs and logs, so only printable ASCII is let in.
static bool printable(const char *at, const char *end) {
    while (at < end && *at >= ' ' && *at <= '~') {
        at++;
    }
    return at == end;
}

struct header {
    const char *name;
    size_t length;
    const char *value, *end;
};

// Where the text begins; *end becomes where it ends.
static const char *trimmed(const char *at, const char **end) {
    while (at < *end && ascii_white(*at)) {
        at++;
    }
    while (*end > at && ascii_white((*end)[-1])) {
        (*end)--;
    }
    return at;
}

static bool split(const char *line, size_t length, struct header *header) {
    const char *colon = memchr(line, ':', length);
    if (colon == NULL) {
        return false;
    }
    header->name = line;
    header->length = (size_t)(colon - line);
    header->end = line + length;
    header->value = trimmed(colon + 1, &header->end);
    return true;
}

static bool is(const struct header *header, const char *name, size_t length) {
    return header->length == length && strncasecmp(header->name, name, length) == 0;
}

static void keep(const struct wanted *found, const struct header *header, char *place) {
    size_t length = (size_t)(header->end - header->value);
    size_t before = found->joins ? strlen(place) : 0;
    size_t between = before > 0 ? 2 : 0;
    if (before + between + length >= found->size || !printable(header->value, header->end)) {
        return;
    }
    memcpy(place + before, ", ", between);
    memcpy(place + before + between, header->value, length);
    place[before + between + length] = '\0';
}

// Most headers end at their first letter.
static void keep_header(struct response_headers *headers, const char *line, size_t length) {
    const char *colon;
    struct header header;
    char first = (char)(length > 0 ? line[0] | 0x20 : 0);
    if ((first != 'x' && first != 'r' && first != 'd') || (colon = memchr(line, ':', length)) == NULL) {
        return;
    }
    size_t name = (size_t)(colon - line);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        if (wanted[i].length == name && strncasecmp(wanted[i].name, line, name) == 0 &&
            split(line, length, &header)) {
            keep(&wanted[i], &header, (char *)headers + wanted[i].offset);
            return;
        }
    }
}

// An empty element of a list, and "identity", pack nothing.
static bool is_one_of(const char *at, size_t length, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i]) == length && strncasecmp(names[i], at, length) == 0) {
            return true;
        }
    }
    return length == 0;
}

// libcurl unpacks whatever it was built for, asked or not, and once for each name of a list. It has read this
// line, but no byte of the body yet. Transfer codings other than chunked are unpacked by it as well.
static bool decodable(struct response *response, const char *line, size_t length) {
    static const char *const content[] = {"identity", "gzip", "x-gzip"};
    static const char *const transfer[] = {"identity", "chunked"};
    struct header header;
    char first = (char)(length > 0 ? line[0] | 0x20 : 0);
    if ((first != 'c' && first != 't') || !split(line, length, &header)) {
        return true;
    }
    bool of_content = is(&header, "content-encoding", 16);
    if (!of_content && !is(&header, "transfer-encoding", 17)) {
        return true;
    }
    const char *at = header.value;
    while (at < header.end) {
        const char *comma = memchr(at, ',', (size_t)(header.end - at));
        const char *last = comma != NULL ? comma : header.end;
        const char *name = trimmed(at, &last);
        size_t most = (size_t)(last - name);
        bool known = of_content ? is_one_of(name, most, content, 3) : is_one_of(name, most, transfer, 2);
        bool packs = of_content && known && most > 0 && most != strlen("identity");
        response->packed += packs ? 1 : 0;
        if (!known || response->packed > 1) {
            keep(&(struct wanted){.size = sizeof(response->headers.encoding)}, &header,
                 response->headers.encoding);
            response->encoded = true;
            return false;
        }
        at = comma != NULL ? comma + 1 : header.end;
    }
    return true;
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
        response->packed = 0;
        return true;
    }
    keep_header(&response->headers, line, length);
    return decodable(response, line, length);
}
