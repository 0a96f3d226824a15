#include "sim_retry_headers.h"

#include "sim_time_text.h"

#include <inttypes.h>
#include <stdio.h>

static void add_units(struct limit_headers *h, const char *name, uint64_t ns, uint64_t unit_ns) {
    char value[24];

    snprintf(value, sizeof(value), "%" PRIu64, ns / unit_ns + (ns % unit_ns != 0));
    sim_limit_headers_add(h, name, value);
}

static void add_garbage(struct limit_headers *h, double draw) {
    static const char *const garbage[] = {"soon", "-5",  "1e400", "99999999999999999999999999",
                                          "0x10", "NaN", "1 2",   "Sun, 32 Foo 2026 99:99:99 GMT"};
    const size_t kinds = sizeof(garbage) / sizeof(garbage[0]);
    const char *value = garbage[(size_t)(draw * (double)kinds)];

    sim_limit_headers_add(h, "retry-after", value);
    sim_limit_headers_add(h, "retry-after-ms", value);
}

void sim_retry_headers_write(struct limit_headers *h, enum retry_after form, enum dialect dialect,
                             uint64_t wait_ns, uint64_t clock_ns, double draw) {
    bool both = form == RETRY_AFTER_OF_DIALECT && (dialect == DIALECT_OPENAI || dialect == DIALECT_AZURE);
    char date[TIME_TEXT_SIZE];

    switch (form) {
    case RETRY_AFTER_OF_DIALECT:
    case RETRY_AFTER_SECONDS:
        add_units(h, "retry-after", wait_ns, 1000000000);
        break;
    case RETRY_AFTER_DATE:
        sim_time_text_http_date(clock_ns + wait_ns, date);
        sim_limit_headers_add(h, "retry-after", date);
        break;
    case RETRY_AFTER_GARBAGE:
        add_garbage(h, draw);
        break;
    case RETRY_AFTER_MS:
    case RETRY_AFTER_NONE:
        break;
    }
    if (both || form == RETRY_AFTER_MS)
        add_units(h, "retry-after-ms", wait_ns, 1000000);
}
