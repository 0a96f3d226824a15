#include "http/http_page.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// Where make puts the pages together, from their parts; seen from the top of the repository, where it runs.
#ifndef HTTP_PAGE_FOLDER
#define HTTP_PAGE_FOLDER "build/coordinator/http/"
#endif
#define EMBED(name, path)                                         \
    __asm__(".pushsection .rodata\n"                              \
            ".globl http_page_" name ", http_page_" name "_end\n" \
            "http_page_" name ":\n"                               \
            ".incbin \"" HTTP_PAGE_FOLDER path "\"\n"             \
            "http_page_" name "_end:\n"                           \
            ".byte 0\n"                                           \
            ".popsection\n")
EMBED("dashboard", "dashboard.html");
EMBED("answers", "answers.html");
#define PART extern const char __attribute__((visibility("hidden")))
PART http_page_dashboard[];
PART http_page_dashboard_end[];
PART http_page_answers[];
PART http_page_answers_end[];

#define BASE64_SIZE ((SHA256_DIGEST_LENGTH + 2) / 3 * 4 + 1)

const char *http_page(enum http_page_name name, size_t *length) {
    static const struct {
        const char *first, *end;
    } pages[HTTP_PAGES] = {
        [HTTP_PAGE_DASHBOARD] = {http_page_dashboard, http_page_dashboard_end},
        [HTTP_PAGE_ANSWERS] = {http_page_answers, http_page_answers_end},
    };
    *length = (size_t)((uintptr_t)pages[name].end - (uintptr_t)pages[name].first);
    return pages[name].first;
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
