// The text that a JSON string stands for. Pure.
#ifndef RATION_JSON_UNESCAPE_H
#define RATION_JSON_UNESCAPE_H

#include "ration/json_scan.h"

#include <stddef.h>

// A string, which json_scan_value() took, without quotes and escapes; `out` has room for its length. Returns
// how many bytes it has. They are UTF-8 without a NUL: what is none becomes '?', a NUL or half a surrogate
// pair U+FFFD.
size_t json_unescape(const struct json_piece *string, char *out);

#endif
