/* Whether bytes are valid UTF-8 (RFC 3629). Pure. */
#ifndef SIMAPI_UTF8_H
#define SIMAPI_UTF8_H

#include <stdbool.h>
#include <stddef.h>

bool sim_utf8_valid(const char *bytes, size_t len);

#endif
