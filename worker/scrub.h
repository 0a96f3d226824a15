// Finds a key in a text, also where it was written in another way: other case, %2D, &#45;, \u002d, with
// blanks or invisible characters between, base64 (also within a longer one), hexadecimal. Pure, but for what
// scrub_patterns.h keeps.
#ifndef RATION_SCRUB_H
#define RATION_SCRUB_H

#include "ration/key.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>

#define SCRUBBED "[key]"
#define SCRUB_SHORT_KEY 8U // a shorter one stands in a text by chance

// The first place from `at` on, and in *found how many bytes it takes; `length`: there is none. A short key
// is found as it stands alone. Likewise those that were used before it, unless they are short.
size_t scrub_find(const struct key *key, const char *text, size_t length, size_t at, size_t *found);

#endif
