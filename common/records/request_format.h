// The field of a request that asks for JSON of a schema, in the words of each API. Pure.
#ifndef RATION_REQUEST_FORMAT_H
#define RATION_REQUEST_FORMAT_H

#include "ration/provider.h"
#include "ration/schema.h"
#include "ration/settings.h"
#include "ration/text.h"

// The member of a request body, without a comma, into `member` (cleared first), which is marked as failed
// without memory.
void request_format_make(enum provider_shape shape, const struct schema *schema, struct text *member);

// Likewise, of the settings' schema; empty, where they have none. It was checked before.
void request_format_add(const struct settings *settings, enum provider_shape shape, struct text *member);

#endif
