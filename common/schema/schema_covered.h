// unevaluatedProperties and unevaluatedItems: what no other keyword of the schema, or of a schema that it
// applies to the same value, has looked at. Pure.
#ifndef RATION_SCHEMA_COVERED_H
#define RATION_SCHEMA_COVERED_H

#include "schema/schema_walk.h"

// Of a value that keeps to all else of the rule.
bool schema_covered_keeps(struct schema_walk *walk, const struct schema_rule *rule,
                          const struct json_value *value);

#endif
