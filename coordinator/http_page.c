#include "http_page.h"

#include <sha2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// The path is seen from the top of the repository, where make runs.
__asm__(".pushsection .rodata\n"
        ".globl http_page_first, http_page_end\n"
        "http_page_first:\n"
        ".incbin \"coordinator/dashboard.html\"\n"
        "http_page_end:\n"
        ".byte 0\n"
        ".popsection\n");
extern const char http_page_first[] __attribute__((visibility("hidden")));
extern const char http_page_end[] __attribute__((visibility("hidden")));

#define BASE64_SIZE ((SHA256_DIGEST_LENGTH + 2) / 3 * 4 + 1)

const char *http_page(size_t *length) {
    *length = (size_t)((uintptr_t)http_page_end - (uintptr_t)http_page_first);
    return http_page_first;
}

static void base64(const uint8_t *bytes, size_t length, char *out) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        uint32_t word = (uint32_t)bytes[i] << 16;
        word |= i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0;
        word |= i + 2 < length ? (uint32_t)bytes[i + 2] : 0;
        *out++ = digit[word >> 18];
        *out++ = digit[word >> 12 & 63];
        *out++ = i + 1 < length ? digit[word >> 6 & 63] : '=';
        *out++ = i + 2 < length ? digit[word & 63] : '=';
    }
    *out = '\0';
}

// The hash of what stands between the two texts, as a policy names it.
static bool hash_between(const char *page, size_t length, const char *begin, const char *end,
                         char out[BASE64_SIZE]) {
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    const char *first = memmem(page, length, begin, strlen(begin));
    if (first == NULL) {
        return false;
    }
    first += strlen(begin);
    const char *last = memmem(first, length - (size_t)(first - page), end, strlen(end));
    if (last == NULL) {
        return false;
    }
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)first, (size_t)(last - first));
    SHA256Final(digest, &context);
    base64(digest, sizeof(digest), out);
    return true;
}

int http_page_policy(const char *page, size_t length, char out[HTTP_PAGE_POLICY_SIZE]) {
    char script[BASE64_SIZE];
    char style[BASE64_SIZE];
    if (!hash_between(page, length, "<script>", "</script>", script) ||
        !hash_between(page, length, "<style>", "</style>", style)) {
        return -1;
    }
    (void)snprintf(out, HTTP_PAGE_POLICY_SIZE,
                   "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; connect-src 'self'; "
                   "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                   "require-trusted-types-for 'script'; trusted-types 'none'",
                   script, style);
    return 0;
}
