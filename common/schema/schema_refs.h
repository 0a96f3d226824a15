// Where $ref leads. Pure.
#ifndef RATION_SCHEMA_REFS_H
#define RATION_SCHEMA_REFS_H

#include "schema/schema_compile.h"

// Sets `ref` of all rules; may make more of them. False: one leads nowhere, outside, or back to itself; it is
// told.
bool schema_refs_follow(struct schema_compile *compile);

#endif
