/* The header X-Client-Request-Id: <run>/<percent-encoded artist_id>/<attempt>. Pure. */
#ifndef SIMAPI_TAG_H
#define SIMAPI_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tag {
    const char *run, *artist_id; /* inside the header's value, not terminated */
    size_t run_len, artist_id_len;
    uint64_t attempt; /* 1 and up */
};

/* False, and *t untouched, unless the value has exactly this shape in printable ASCII without spaces. */
bool sim_tag_parse(struct tag *t, const char *value);

#endif
