// What a rule says of a value itself: kind, value, size, pattern. Pure.
#ifndef RATION_SCHEMA_SCALAR_H
#define RATION_SCHEMA_SCALAR_H

#include "schema/schema_walk.h"

bool schema_scalar_keeps(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value);

// Whether a pattern is found; false as well when that could not be told.
bool schema_scalar_finds(struct schema_walk *walk, const struct pattern *pattern, const char *text,
                         size_t length);

#endif
