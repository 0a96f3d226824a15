// JSON text with some of its values replaced; all others stay as they are, byte for byte. Texts are valid
// JSON, ended by a NUL. Pure.
#ifndef RATION_JSON_EDIT_H
#define RATION_JSON_EDIT_H

#include "ration/text.h"

#include <stdbool.h>

#define JSON_EDIT_DEPTH 16 // parts of a path
#define JSON_EDIT_PART 256 // bytes of one

// Whether it is a path: "temperature", "reasoning.effort", "messages.0.content". A dot inside a key is
// written as \.
bool json_edit_path(const char *path);

// Adds `json`, an object, to `out`, with `value` at the path. What lies on the way and is no object becomes
// one; a number leads into an array where there is one. On failure of memory `out` is marked as failed.
void json_edit_set(struct text *out, const char *json, const char *path, const char *value);

// Likewise, without its members of that name (no path). `json` is an object.
void json_edit_remove(struct text *out, const char *json, const char *name);

// Likewise, with the members of `patch`, an object: objects that both have are merged, all else is that of
// the patch.
void json_edit_merge(struct text *out, const char *json, const char *patch);

#endif
