#include "limits/limit_headers.h"

#include "limits/limit_moment.h"
#include "limits/limit_resolve.h"
#include "limits/limit_text.h"
#include "limits/limit_triplets.h"

#include <string.h>
#include <strings.h>

#define NAME_MOST 64

static bool starts(const char *name, size_t length, const char *with) {
    size_t most = strlen(with);
    return length >= most && strncasecmp(name, with, most) == 0;
}

static bool is(const char *name, size_t length, const char *other) {
    return strlen(other) == length && strncasecmp(name, other, length) == 0;
}

// Most headers end here.
static bool concerns(const char *name, size_t length) {
    switch (length > 0 ? name[0] | 0x20 : 0) {
    case 'a':
        return starts(name, length, "anthropic-ratelimit-") || starts(name, length, "anthropic-priority-");
    case 'd':
        return is(name, length, "date");
    case 'r':
        return starts(name, length, "ratelimit");
    case 'x':
        return starts(name, length, "x-ratelimit") || starts(name, length, "x-rate-limit");
    default:
        return false;
    }
}

// More than a number, be it one with thousands.
static bool list(struct limit_span value) {
    uint64_t count;
    if (limit_text_count(value.at, value.length, &count) != LIMIT_VALUE_BAD) {
        return false;
    }
    return memchr(value.at, ',', value.length) != NULL || memchr(value.at, ';', value.length) != NULL;
}

// The IETF's lists. False: none of them.
static bool read_list(struct limit_headers *headers, const char *name, size_t length,
                      struct limit_span value) {
    struct limit_triple triple = LIMIT_TRIPLE_NONE;
    struct limit_counts *ignored = &headers->ignored;
    if (is(name, length, "ratelimit-policy")) {
        limit_policies_read(&headers->policies, value.at, value.length, ignored);
    } else if (is(name, length, "ratelimit")) {
        limit_policies_read_left(&headers->policies, value.at, value.length, &triple, ignored);
    } else if (is(name, length, "ratelimit-limit") && list(value)) {
        limit_policies_read_limit(&headers->policies, value.at, value.length, &triple, ignored);
    } else {
        return false;
    }
    limit_triplets_put(headers, &triple);
    return true;
}

static void read_cost(struct limit_headers *headers, struct limit_span value) {
    limit_text_unquote(&value.at, &value.length);
    if (limit_text_count(value.at, value.length, &headers->cost) != LIMIT_VALUE_GOOD) {
        headers->cost = LIMIT_UNKNOWN;
        headers->ignored.malformed++;
    }
}

static void read_date(struct limit_headers *headers, struct limit_span value) {
    size_t most = value.length < sizeof(headers->date) ? value.length : 0;
    memcpy(headers->date, value.at, most);
    headers->date[most] = '\0';
}

static void read_limit(struct limit_headers *headers, const char *name, size_t length,
                       struct limit_span value) {
    char lower[NAME_MOST];
    size_t most = length < sizeof(lower) ? length : 0; // no name of ours is longer
    for (size_t i = 0; i < most; i++) {
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
    }
    enum limit_part part;
    int row = limit_dialects_match(headers->dialect, lower, most, &part);
    if (row != LIMIT_ROW_NONE) {
        limit_triplets_read(headers, row, part, value);
    } else if (limit_dialects_is_cost(lower, most)) {
        read_cost(headers, value);
    } else {
        headers->ignored.unknown++;
    }
}

void limit_headers_begin(struct limit_headers *headers, enum limit_dialect dialect) {
    *headers = (struct limit_headers){.dialect = dialect, .cost = LIMIT_UNKNOWN};
}

// One that concerns us.
static void add(struct limit_headers *headers, const char *name, size_t length, struct limit_span value) {
    switch (name[0] | 0x20) {
    case 'd':
        read_date(headers, value);
        break;
    case 'r':
        if (!read_list(headers, name, length, value)) {
            read_limit(headers, name, length, value);
        }
        break;
    default:
        read_limit(headers, name, length, value);
        break;
    }
}

void limit_headers_add(struct limit_headers *headers, const char *name, size_t name_length, const char *value,
                       size_t value_length) {
    if (concerns(name, name_length)) {
        add(headers, name, name_length, limit_text_trimmed(value, value_length));
    }
}

void limit_headers_line(struct limit_headers *headers, const char *line, size_t length) {
    if (length > 5 && memcmp(line, "HTTP/", 5) == 0) {
        limit_headers_begin(headers, headers->dialect);
        return;
    }
    bool date = length > 0 && (line[0] | 0x20) == 'd' && starts(line, length, "date:");
    const char *colon = date || concerns(line, length) ? memchr(line, ':', length) : NULL;
    if (colon == NULL) {
        return;
    }
    // What comes before the colon may be shorter than what concerned us.
    size_t name = (size_t)(colon - line);
    limit_headers_add(headers, line, name, colon + 1, length - name - 1);
}

bool limit_headers_empty(const struct limit_headers *headers) {
    const struct limit_counts *ignored = &headers->ignored;
    return headers->count == 0 && headers->policies.count == 0 && headers->cost == LIMIT_UNKNOWN &&
           ignored->malformed == 0 && ignored->unknown == 0 && ignored->contradictory == 0;
}

// When the answer was sent. Only moments need it, and reading dates takes long.
static uint64_t sent_at(const struct limit_headers *headers, uint64_t wall_ns) {
    struct limit_time date;
    bool needed = false;
    for (uint32_t i = 0; i < headers->count; i++) {
        needed = needed || headers->triplet[i].form == LIMIT_TIME_ABSOLUTE;
    }
    return needed && limit_moment_http_date(headers->date, strlen(headers->date), &date) ? date.ns : wall_ns;
}

void limit_headers_report(const struct limit_headers *headers, uint64_t wall_ns,
                          struct limit_report *report) {
    *report = (struct limit_report){.cost = headers->cost, .ignored = headers->ignored, .odd = headers->odd};
    struct limit_policies policies = headers->policies;
    uint64_t now = sent_at(headers, wall_ns);
    for (uint32_t i = 0; i < headers->count; i++) {
        limit_resolve_triplet(&headers->triplet[i], headers->dialect, &policies, now, report);
    }
    limit_resolve_policies(&policies, report);
}
