// SHA-256 of a list of texts, as hexadecimal digits. No two different lists give the same bytes to digest.
#ifndef RATION_DIGEST_H
#define RATION_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 33 // the first 128 bits of it, and the terminator

struct digest;

// NULL when out of memory.
struct digest *digest_new(void);
void digest_free(struct digest *digest);

void digest_begin(struct digest *digest);
void digest_add(struct digest *digest, const char *text, size_t length);
void digest_end(struct digest *digest, char out[DIGEST_SIZE]);

// FNV-1a of 64 bits: against accidents, not against anybody.
uint64_t digest_quick(const char *bytes, size_t length);

#endif
