// The documents inside a schema's document: what has an $id of its own. References and anchors are theirs.
// Pure.
#ifndef RATION_SCHEMA_RESOURCES_H
#define RATION_SCHEMA_RESOURCES_H

#include "schema/schema_compile.h"

#define SCHEMA_RESOURCES_MOST 200U

// The value that a reference leads to; NULL: none, and why is told.
struct json_value *schema_resources_find(struct schema_compile *compile, const struct json_value *refers);

#endif
