// What any input must give, CSV or JSONL.
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

#include "ration/settings.h"

#include <stddef.h>
#include <stdint.h>

// Reads the bytes as an input: no record is invalid, and each reads the same from its own offset on.
void records_check(const uint8_t *data, size_t size, enum settings_format format);

#endif
