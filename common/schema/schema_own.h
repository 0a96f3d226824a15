// What a schema is made of, for the files of this room.
#ifndef RATION_SCHEMA_OWN_H
#define RATION_SCHEMA_OWN_H

#include "ration/schema.h"
#include "schema/schema_rule.h"

struct schema {
    char *text;
    struct json_document document;
    struct schema_rule *rules; // all, see struct schema_rule
    const struct schema_rule *root;
    bool contains_covers; // see struct schema_walk
};

#endif
