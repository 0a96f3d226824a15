// What goes out for one attempt: URL, body, and the id that makes it findable in the provider's logs. Pure.
#ifndef RATION_REQUEST_H
#define RATION_REQUEST_H

#include "ration/prompt.h"
#include "ration/provider.h"
#include "ration/settings.h"
#include "ration/text.h"

#include <stddef.h>
#include <stdint.h>

#define REQUEST_ID_SIZE 513U // X-Client-Request-Id is at most 512 ASCII bytes

// Where the requests of a session with that base URL go; malloc'ed, NULL when out of memory.
char *request_url(const char *base_url, const struct provider *provider);

// The JSON body into `body` (cleared first). 0, or -1 when out of memory.
int request_body(const struct settings *settings, const struct provider *provider,
                 const struct prompt_rendering *rendering, struct text *body);

// "<run>/<artist_id, percent-encoded>/<attempt>". An id too long is cut after a whole encoded byte.
// Returns the length.
size_t request_id(const char *run, const char *artist_id, size_t length, uint64_t attempt,
                  char out[REQUEST_ID_SIZE]);

#endif
