// The keywords of JSON Schema, as a table: what each says to a rule, and which are refused or only told.
#ifndef RATION_SCHEMA_KEYWORDS_H
#define RATION_SCHEMA_KEYWORDS_H

#include "schema/schema_compile.h"

// Takes one member of a schema into its rule. `hidden`: it says nothing where it stands, but schemas in it
// may be referred to.
bool schema_keywords_take(struct schema_compile *compile, struct schema_rule *rule,
                          struct json_value *keyword, bool hidden);

#endif
