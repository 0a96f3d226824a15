// The beginning that all requests of a run share, made known to a provider that can keep it: the cache of
// prompts. Pure.
#ifndef RATION_REQUEST_CACHE_H
#define RATION_REQUEST_CACHE_H

#include "ration/provider.h"
#include "ration/text.h"

#include <stdint.h>

enum request_cache_mark {
    REQUEST_CACHE_MARKED,
    REQUEST_CACHE_OWN,    // the form has marks or a key of its own: it stays as it is
    REQUEST_CACHE_NONE,   // every request begins with a column, or there is no text
    REQUEST_CACHE_ITSELF, // nothing needs to be said: it stays as it is
};

struct request_cache {
    enum request_cache_mark mark;
    uint64_t bytes; // of the beginning's text; UINT64_MAX: it stands elsewhere, as a stored prompt
};

// Adds the form (see ration/form.h; a JSON object, ended by a NUL) to `out`, with what the provider needs to
// keep the beginning: cache_control at its end, or a prompt_cache_key that is the same for the same beginning
// and model. `model` NULL: the stored prompt's. On failure of memory `out` is marked.
struct request_cache request_cache_add(struct text *out, const char *form, const struct provider *provider,
                                       const char *model);

// No shorter beginning is kept, in tokens, as far as it is known of that model; NULL: of any.
uint64_t request_cache_least(const struct provider *provider, const char *model);

#endif
