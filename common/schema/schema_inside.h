// What a rule says of the items of an array and the members of an object. Pure.
#ifndef RATION_SCHEMA_INSIDE_H
#define RATION_SCHEMA_INSIDE_H

#include "schema/schema_walk.h"

bool schema_inside_keeps(struct schema_walk *walk, const struct schema_rule *rule,
                         const struct json_value *value);

#endif
