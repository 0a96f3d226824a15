#include "ration/digest.h"

#include "ration/log.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>

// libcrypto, which libcurl brings along, knows the CPU's own instructions for it; looking the algorithm up
// and making a context cost as much as the digest, so both are kept.
struct digest {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
};

struct digest *digest_new(void) {
    struct digest *digest = calloc(1, sizeof(*digest));
    if (digest == NULL) {
        return NULL;
    }
    digest->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    digest->context = EVP_MD_CTX_new();
    if (digest->algorithm == NULL || digest->context == NULL) {
        digest_free(digest);
        return NULL;
    }
    return digest;
}

void digest_free(struct digest *digest) {
    if (digest != NULL) {
        EVP_MD_CTX_free(digest->context);
        EVP_MD_free(digest->algorithm);
        free(digest);
    }
}

static void must(int result) {
    if (result != 1) {
        log_panic("SHA-256 failed");
    }
}

void digest_begin(struct digest *digest) {
    must(EVP_DigestInit_ex2(digest->context, digest->algorithm, NULL));
}

void digest_add(struct digest *digest, const char *text, size_t length) {
    uint8_t prefix[8];
    for (unsigned i = 0; i < sizeof(prefix); i++) {
        prefix[i] = (uint8_t)((uint64_t)length >> (8 * i));
    }
    must(EVP_DigestUpdate(digest->context, prefix, sizeof(prefix)));
    must(EVP_DigestUpdate(digest->context, text, length));
}

void digest_end(struct digest *digest, char out[DIGEST_SIZE]) {
    static const char hex[] = "0123456789abcdef";
    uint8_t bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    must(EVP_DigestFinal_ex(digest->context, bytes, &size));
    for (size_t i = 0; i < (DIGEST_SIZE - 1) / 2; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 15];
    }
    out[DIGEST_SIZE - 1] = '\0';
}

uint64_t digest_quick(const char *bytes, size_t length) {
    uint64_t sum = 14695981039346656037ULL;
    for (size_t i = 0; i < length; i++) {
        sum = (sum ^ (unsigned char)bytes[i]) * 1099511628211ULL;
    }
    return sum;
}
