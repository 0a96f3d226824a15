// Ways in which the value of a keyword is read. Each sets `member` of the rule and says true; false: it is
// wrong, which is told.
#ifndef RATION_SCHEMA_KEYWORD_KINDS_H
#define RATION_SCHEMA_KEYWORD_KINDS_H

#include "schema/schema_compile.h"

#define SCHEMA_KEYWORD_KIND(name)                                                              \
    bool schema_keyword_kinds_##name(struct schema_compile *compile, struct schema_rule *rule, \
                                     struct json_value *value, void *member)

SCHEMA_KEYWORD_KIND(type);
SCHEMA_KEYWORD_KIND(value);
SCHEMA_KEYWORD_KIND(list);
SCHEMA_KEYWORD_KIND(number);
SCHEMA_KEYWORD_KIND(divisor);
SCHEMA_KEYWORD_KIND(size);
SCHEMA_KEYWORD_KIND(flag);
SCHEMA_KEYWORD_KIND(pattern);
SCHEMA_KEYWORD_KIND(names);        // strings, each once
SCHEMA_KEYWORD_KIND(name_lists);   // an object of them
SCHEMA_KEYWORD_KIND(dependencies); // an object of names or schemas
SCHEMA_KEYWORD_KIND(schema);
SCHEMA_KEYWORD_KIND(schemas); // at least one
SCHEMA_KEYWORD_KIND(schema_map);
SCHEMA_KEYWORD_KIND(matchers); // patterns, and the schema of each
SCHEMA_KEYWORD_KIND(items);
SCHEMA_KEYWORD_KIND(more_items);
SCHEMA_KEYWORD_KIND(text);
SCHEMA_KEYWORD_KIND(definitions);
SCHEMA_KEYWORD_KIND(named);

#endif
