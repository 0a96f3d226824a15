#include "http/http_page.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// The path is seen from the top of the repository, where make runs.
__asm__(".pushsection .rodata\n"
        ".globl http_page_first, http_page_end\n"
        "http_page_first:\n"
        ".incbin \"coordinator/http/dashboard.html\"\n"
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

// The hash of what stands between the two texts, as a policy names it.
static bool hash_between(const char *page, size_t length, const char *begin, const char *end,
                         char out[BASE64_SIZE]) {
    uint8_t digest[SHA256_DIGEST_LENGTH];
    const char *first = memmem(page, length, begin, strlen(begin));
    if (first == NULL) {
        return false;
    }
    first += strlen(begin);
    const char *last = memmem(first, length - (size_t)(first - page), end, strlen(end));
    if (last == NULL) {
        return false;
    }
    (void)SHA256((const uint8_t *)first, (size_t)(last - first), digest);
    (void)EVP_EncodeBlock((unsigned char *)out, digest, sizeof(digest));
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
