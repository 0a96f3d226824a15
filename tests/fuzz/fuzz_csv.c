// The CSV reader.
#include "fuzz.h"
#include "fuzz_records.h"

int fuzz_csv(const uint8_t *data, size_t size) {
    records_check(data, size, SETTINGS_CSV);
    return 0;
}
