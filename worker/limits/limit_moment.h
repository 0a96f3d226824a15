// Moments as headers have them: a day and a time of it. Texts are bytes with a length, without surrounding
// white space. Pure, but that it remembers what it read last.
#ifndef RATION_LIMIT_MOMENT_H
#define RATION_LIMIT_MOMENT_H

#include "limits/limit_values.h"

#include <stdbool.h>
#include <stddef.h>

// "2026-01-31T12:00:00.5+01:00"; without an offset it is taken for UTC. False: it is no such moment.
bool limit_moment_rfc3339(const char *text, size_t length, struct limit_time *out);
// The three forms of RFC 9110. False: it is none of them.
bool limit_moment_http_date(const char *text, size_t length, struct limit_time *out);

#endif
