// Members of JSON objects, and null where something is not known.
#ifndef RATION_JSON_FIELDS_H
#define RATION_JSON_FIELDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

void json_fields_count(cJSON *object, const char *name, uint64_t value);
// With three decimals; null when `known` is false or it is no number.
void json_fields_number(cJSON *object, const char *name, double value, bool known);
// Of nano-dollars: dollars to the billionth; null when `known` is false.
void json_fields_money(cJSON *object, const char *name, uint64_t nano_dollars, bool known);
void json_fields_bool(cJSON *object, const char *name, bool value);
void json_fields_text(cJSON *object, const char *name, const char *text); // NULL: null
// Nanoseconds since 1970, as RFC 3339; 0: null.
void json_fields_time(cJSON *object, const char *name, uint64_t wall);
// The member that is an object; it is made where it is missing.
cJSON *json_fields_object(cJSON *object, const char *name);
// A new member that is an array.
cJSON *json_fields_array(cJSON *object, const char *name);
// A new object at the end of an array.
cJSON *json_fields_item(cJSON *array);

// What was printed without blanks, to be freed with cJSON_free; NULL when out of memory. Frees the object.
char *json_fields_print(cJSON *object);

#endif
