// What status_1() tells, value by value, and numbers as people read them.
#ifndef RATION_FLEET_READ_H
#define RATION_FLEET_READ_H

#include <cjson/cJSON.h>

// 0: there is none.
double fleet_read_number(const cJSON *object, const char *name);
// Harmless on a terminal; the object's. "": there is none.
const char *fleet_read_text(const cJSON *object, const char *name);
// 1234567 → 1,234,567
const char *fleet_read_grouped(double value, char out[32]);

#endif
