#include "exchange/request_id.h"

#include <bsd/string.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool unreserved(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

size_t request_id(const char *run, const char *artist_id, size_t length, uint64_t attempt,
                  char out[REQUEST_ID_SIZE]) {
    static const char hex[] = "0123456789ABCDEF";
    char digits[24];
    int tail_length = snprintf(digits, sizeof(digits), "/%llu", (unsigned long long)attempt);
    size_t end = REQUEST_ID_SIZE - 1 - (size_t)tail_length;
    size_t at = strlcpy(out, run, REQUEST_ID_SIZE / 2);
    at = at < REQUEST_ID_SIZE / 2 ? at : REQUEST_ID_SIZE / 2 - 1;
    out[at++] = '/';
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)artist_id[i];
        size_t need = unreserved(c) ? 1 : 3;
        if (at + need > end) {
            break;
        }
        if (need == 1) {
            out[at++] = (char)c;
        } else {
            out[at++] = '%';
            out[at++] = hex[c >> 4];
            out[at++] = hex[c & 15];
        }
    }
    memcpy(out + at, digits, (size_t)tail_length + 1);
    return at + (size_t)tail_length;
}
