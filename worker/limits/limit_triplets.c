#include "limits/limit_triplets.h"

#include "limits/limit_text.h"
#include "limits/limit_values.h"
#include "ration/clock.h"

#include <string.h>

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
                     struct limit_span value) {
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

static const struct limit_span nothing = {"0", 1};

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

static void read_one(struct limit_headers *headers, int row, enum limit_part part, struct limit_span value) {
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
void limit_triplets_read(struct limit_headers *headers, int row, enum limit_part part,
                         struct limit_span value) {
    struct limit_span element;
    if (value.length == 0) {
        headers->ignored.malformed++;
    }
    while (limit_text_element(&value.at, &value.length, &element.at, &element.length)) {
        const char *semicolon = memchr(element.at, ';', element.length);
        element =
            semicolon != NULL ? limit_text_trimmed(element.at, (size_t)(semicolon - element.at)) : element;
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

void limit_triplets_put(struct limit_headers *headers, const struct limit_triple *triple) {
    put_count(headers, LIMIT_PART_LIMIT, triple->limit);
    if (triple->overdrawn) {
        put_negative(headers, LIMIT_ROW_TRIPLE, LIMIT_PART_REMAINING);
    } else {
        put_count(headers, LIMIT_PART_REMAINING, triple->remaining);
    }
    put_count(headers, LIMIT_PART_RESET, triple->reset);
}
