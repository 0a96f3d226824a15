// The JSONL reader.
#include "fuzz.h"
#include "fuzz_records.h"

int fuzz_jsonl(const uint8_t *data, size_t size) {
    records_check(data, size, SETTINGS_JSONL);
    return 0;
}
