// The id of one attempt, that makes it findable in the provider's logs. Pure.
#ifndef RATION_REQUEST_ID_H
#define RATION_REQUEST_ID_H

#include <stddef.h>
#include <stdint.h>

#define REQUEST_ID_SIZE 513U // X-Client-Request-Id is at most 512 ASCII bytes

// "<run>/<artist_id, percent-encoded>/<attempt>". An id too long is cut after a whole encoded byte.
// Returns the length.
size_t request_id(const char *run, const char *artist_id, size_t length, uint64_t attempt,
                  char out[REQUEST_ID_SIZE]);

#endif
