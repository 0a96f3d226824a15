#include "limits/limit_headers.h"

#include "limits/limit_resolve.h"
#include "limits/limit_values.h"

#include "ration/ascii.h"
#include "ration/clock.h"

#include <string.h>
#include <strings.h>

#define NAME_MOST 64

struct span {
    const char *at;
    size_t length;
};

static struct span trimmed(const char *at, size_t length) {
    while (length > 0 && ascii_white(*at)) {
        at++;
        length--;
    }
    while (length > 0 && ascii_white(at[length - 1])) {
        length--;
    }
    return (struct span){at, length};
}

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

static struct limit_triplet *triplet_of(struct limit_headers *headers, int row) {
    for (uint32_t i = 0; i < headers->count; i++) {
        if (headers->triplet[i].row == row) {
            return &headers->triplet[i];
        }
    }
    if (headers->count == LIMIT_HEADERS_MOST) {
        return NULL;
    }
    struct limit_triplet *triplet = &headers->triplet[headers->count++];
    *triplet = (struct limit_triplet){.row = row};
    return triplet;
}

// 0 may be said by those who do not know.
static bool zero_is_unknown(const struct limit_headers *headers, enum limit_part part) {
    return part == LIMIT_PART_LIMIT || limit_dialects_zero_is_unknown(headers->dialect);
}

static void note_odd(struct limit_headers *headers, enum limit_odd_kind kind, int row, enum limit_part part,
                     struct span value) {
    struct limit_odd *odd = &headers->odd;
    if (odd->kind != LIMIT_ODD_NONE) {
        return;
    }
    *odd = (struct limit_odd){.kind = kind, .row = row, .part = (int)part};
    for (size_t i = 0; i < value.length && i + 1 < sizeof(odd->value); i++) {
        bool printable = value.at[i] >= ' ' && value.at[i] <= '~';
        odd->value[i] = printable ? value.at[i] : '?';
    }
}

static const struct span nothing = {"0", 1};

// Which of two values of one header is the safe one: the least that remains, the lowest limit, the longest
// wait.
static bool safer(enum limit_part part, uint64_t a, uint64_t b) {
    return part == LIMIT_PART_RESET ? a > b : a < b;
}

// Several headers of one name should agree.
static void put(struct limit_headers *headers, int row, enum limit_part part,
                const struct limit_time *value) {
    struct limit_triplet *triplet = triplet_of(headers, row);
    if (triplet == NULL) {
        headers->ignored.unknown++;
        return;
    }
    bool sure = part == LIMIT_PART_REMAINING && triplet->overdrawn;
    if (value->ns == 0 && zero_is_unknown(headers, part) && !sure) {
        triplet->state[part] = triplet->state[part] == LIMIT_ABSENT ? LIMIT_VOID : triplet->state[part];
        if (part == LIMIT_PART_LIMIT && !limit_dialects_zero_is_unknown(headers->dialect)) {
            note_odd(headers, LIMIT_ODD_ZERO, row, part, nothing);
        }
        return;
    }
    bool there = triplet->state[part] == LIMIT_THERE;
    headers->ignored.contradictory += there && triplet->value[part] != value->ns ? 1 : 0;
    if (there && !safer(part, value->ns, triplet->value[part])) {
        return;
    }
    triplet->state[part] = LIMIT_THERE;
    triplet->value[part] = value->ns;
    if (part == LIMIT_PART_RESET) {
        triplet->step = (uint32_t)value->step;
        triplet->form = (uint8_t)value->form;
    }
}

// Below zero there is nothing left.
static void put_negative(struct limit_headers *headers, int row, enum limit_part part) {
    struct limit_triplet *triplet = triplet_of(headers, row);
    if (part != LIMIT_PART_REMAINING || triplet == NULL) {
        headers->ignored.malformed++;
        return;
    }
    triplet->overdrawn = true;
    put(headers, row, part, &(struct limit_time){.form = LIMIT_TIME_SECONDS});
}

static void put_unknown(struct limit_headers *headers, int row, enum limit_part part) {
    struct limit_triplet *triplet = triplet_of(headers, row);
    if (triplet == NULL) {
        headers->ignored.unknown++;
    } else if (triplet->state[part] == LIMIT_ABSENT) {
        triplet->state[part] = LIMIT_VOID;
    }
}

static void read_one(struct limit_headers *headers, int row, enum limit_part part, struct span value) {
    struct limit_time read = {.form = LIMIT_TIME_SECONDS};
    switch (part == LIMIT_PART_RESET ? limit_values_time(value.at, value.length, &read)
                                     : limit_text_count(value.at, value.length, &read.ns)) {
    case LIMIT_VALUE_GOOD:
        put(headers, row, part, &read);
        break;
    case LIMIT_VALUE_UNKNOWN:
        put_unknown(headers, row, part);
        break;
    case LIMIT_VALUE_NEGATIVE:
        put_negative(headers, row, part);
        break;
    default:
        headers->ignored.malformed++;
        note_odd(headers, LIMIT_ODD_UNREADABLE, row, part, value);
    }
}

// Who stands between may have joined several lines of one name. What stands behind a semicolon is no concern
// of ours.
static void read_part(struct limit_headers *headers, int row, enum limit_part part, struct span value) {
    struct span element;
    if (value.length == 0) {
        headers->ignored.malformed++;
    }
    while (limit_text_element(&value.at, &value.length, &element.at, &element.length)) {
        const char *semicolon = memchr(element.at, ';', element.length);
        element = semicolon != NULL ? trimmed(element.at, (size_t)(semicolon - element.at)) : element;
        read_one(headers, row, part, element);
    }
}

static void put_count(struct limit_headers *headers, enum limit_part part, uint64_t count) {
    uint64_t unit = part == LIMIT_PART_RESET ? CLOCK_SECOND : 1;
    if (count > LIMIT_TIME_MOST / CLOCK_SECOND && part == LIMIT_PART_RESET) {
        headers->ignored.malformed += count != LIMIT_UNKNOWN ? 1 : 0;
    } else if (count != LIMIT_UNKNOWN) {
        struct limit_time value = {.form = LIMIT_TIME_SECONDS, .ns = count * unit, .step = CLOCK_SECOND};
        put(headers, LIMIT_ROW_TRIPLE, part, &value);
    }
}

// More than a number, be it one with thousands.
static bool list(struct span value) {
    uint64_t count;
    if (limit_text_count(value.at, value.length, &count) != LIMIT_VALUE_BAD) {
        return false;
    }
    return memchr(value.at, ',', value.length) != NULL || memchr(value.at, ';', value.length) != NULL;
}

// The IETF's lists. False: none of them.
static bool read_list(struct limit_headers *headers, const char *name, size_t length, struct span value) {
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
    put_count(headers, LIMIT_PART_LIMIT, triple.limit);
    if (triple.overdrawn) {
        put_negative(headers, LIMIT_ROW_TRIPLE, LIMIT_PART_REMAINING);
    } else {
        put_count(headers, LIMIT_PART_REMAINING, triple.remaining);
    }
    put_count(headers, LIMIT_PART_RESET, triple.reset);
    return true;
}

static void read_cost(struct limit_headers *headers, struct span value) {
    limit_text_unquote(&value.at, &value.length);
    if (limit_text_count(value.at, value.length, &headers->cost) != LIMIT_VALUE_GOOD) {
        headers->cost = LIMIT_UNKNOWN;
        headers->ignored.malformed++;
    }
}

static void read_limit(struct limit_headers *headers, const char *name, size_t length, struct span value) {
    char lower[NAME_MOST];
    size_t most = length < sizeof(lower) ? length : 0; // no name of ours is longer
    for (size_t i = 0; i < most; i++) {
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
    }
    enum limit_part part;
    int row = limit_dialects_match(headers->dialect, lower, most, &part);
    if (row != LIMIT_ROW_NONE) {
        read_part(headers, row, part, value);
    } else if (limit_dialects_is_cost(lower, most)) {
        read_cost(headers, value);
    } else {
        headers->ignored.unknown++;
    }
}

void limit_headers_begin(struct limit_headers *headers, enum limit_dialect dialect) {
    *headers = (struct limit_headers){.dialect = dialect, .cost = LIMIT_UNKNOWN};
}

void limit_headers_add(struct limit_headers *headers, const char *name, size_t name_length, const char *value,
                       size_t value_length) {
    if (!concerns(name, name_length)) {
        return;
    }
    struct span text = trimmed(value, value_length);
    if (is(name, name_length, "date")) {
        size_t most = text.length < sizeof(headers->date) ? text.length : 0;
        memcpy(headers->date, text.at, most);
        headers->date[most] = '\0';
    } else if (!read_list(headers, name, name_length, text)) {
        read_limit(headers, name, name_length, text);
    }
}

void limit_headers_line(struct limit_headers *headers, const char *line, size_t length) {
    if (length > 5 && memcmp(line, "HTTP/", 5) == 0) {
        limit_headers_begin(headers, headers->dialect);
        return;
    }
    if (!concerns(line, length) && !starts(line, length, "date:")) {
        return;
    }
    const char *colon = memchr(line, ':', length);
    if (colon != NULL) {
        size_t name = (size_t)(colon - line);
        limit_headers_add(headers, line, name, colon + 1, length - name - 1);
    }
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
    return needed && limit_values_http_date(headers->date, strlen(headers->date), &date) ? date.ns : wall_ns;
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
