// A response's header lines, and its body after an empty line.
#include "exchange/response.h"
#include "fuzz_bytes.h"

#include <stdbool.h>

#define MOST_BODY 1000

static void check_value(const char *value, size_t size) {
    size_t length = strnlen(value, size);
    FUZZ_CHECK(length < size);
    for (size_t i = 0; i < length; i++) {
        FUZZ_CHECK(value[i] >= ' ' && value[i] <= '~');
    }
}

static void check_headers(const struct response_headers *headers) {
    check_value(headers->retry_after, sizeof(headers->retry_after));
    check_value(headers->retry_after_ms, sizeof(headers->retry_after_ms));
    check_value(headers->encoding, sizeof(headers->encoding));
    check_value(headers->should_retry, sizeof(headers->should_retry));
    check_value(headers->request_id, sizeof(headers->request_id));
    check_value(headers->date, sizeof(headers->date));
}

int fuzz_headers(const uint8_t *data, size_t size) {
    struct response response = {0};
    const char *bytes = (const char *)data;
    bool good = true;
    size_t at = 0;
    while (good && at < size) {
        const char *end = memchr(bytes + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - bytes) + 1 - at : size - at;
        good = response_add_header(&response, bytes + at, length);
        at += length;
        if (length == 1) {
            break;
        }
    }
    check_headers(&response.headers);
    while (good && at < size) {
        size_t length = size - at < 100 ? size - at : 100;
        good = response_add_body(&response, bytes + at, length, MOST_BODY);
        at += length;
    }
    FUZZ_CHECK(response.body.length <= MOST_BODY && (good || response.too_large || response.encoded));
    response_clear(&response);
    FUZZ_CHECK(response.body.length == 0 && !response.too_large);
    response_free(&response);
    return 0;
}
