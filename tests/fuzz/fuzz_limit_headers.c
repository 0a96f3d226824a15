// Rate-limit headers: a byte for the dialect, then header lines.
#include "fuzz_bytes.h"
#include "limits/limit_headers.h"
#include "limits/limit_values.h"

static void check_entry(const struct limit_report *report, const struct limit_entry *entry) {
    FUZZ_CHECK(entry->unit < LIMIT_UNITS);
    for (const struct limit_entry *other = report->entry; other < entry; other++) {
        FUZZ_CHECK(other->unit != entry->unit || other->window != entry->window);
    }
    FUZZ_CHECK((entry->window == 0) == (entry->source == LIMIT_WINDOW_UNKNOWN));
    FUZZ_CHECK((entry->reset == LIMIT_UNKNOWN) == (entry->means == LIMIT_RESET_UNKNOWN));
    FUZZ_CHECK(entry->reset == LIMIT_UNKNOWN || entry->reset <= LIMIT_TIME_MOST);
    FUZZ_CHECK(entry->limit == LIMIT_UNKNOWN || (entry->limit > 0 && entry->limit <= LIMIT_COUNT_MOST));
    FUZZ_CHECK(entry->remaining == LIMIT_UNKNOWN || entry->remaining <= entry->limit);
    FUZZ_CHECK(entry->limit != LIMIT_UNKNOWN || entry->remaining != LIMIT_UNKNOWN ||
               entry->reset != LIMIT_UNKNOWN);
}

int fuzz_limit_headers(const uint8_t *data, size_t size) {
    struct limit_headers headers;
    struct limit_report report;
    limit_headers_begin(&headers,
                        size > 0 ? (enum limit_dialect)(data[0] % LIMIT_DIALECTS) : LIMIT_DIALECT_ANY);
    const char *bytes = (const char *)data;
    for (size_t at = 1; at < size;) {
        const char *end = memchr(bytes + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - bytes) + 1 - at : size - at;
        limit_headers_line(&headers, bytes + at, length);
        at += length;
    }
    limit_headers_report(&headers, 1755780060000000000ULL, &report);
    FUZZ_CHECK(report.count <= LIMIT_REPORT_MOST);
    for (uint32_t i = 0; i < report.count; i++) {
        check_entry(&report, &report.entry[i]);
    }
    return 0;
}
