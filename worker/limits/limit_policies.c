#include "limits/limit_policies.h"

#include "limits/limit_fields.h"
#include "limits/limit_values.h"

#include "ration/clock.h"

#include <string.h>
#include <strings.h>

// One member with its parameters; -1: not there.
struct member {
    struct limit_fields_item key, item;
    int64_t q, w, r, t;
    struct limit_fields_item unit; // length 0: not there
    bool overdrawn;                // `r` was below zero
};

static bool has(const struct limit_fields_item *item, const char *text) {
    return item->length == strlen(text) && memcmp(item->text, text, item->length) == 0;
}

// A number, also as a decimal or in quotes. What is below zero comes out as -1.
static bool read_number(const struct limit_fields_item *value, int64_t *out) {
    uint64_t count;
    switch (value->type) {
    case LIMIT_FIELDS_INTEGER:
    case LIMIT_FIELDS_DECIMAL:
        *out = value->integer < 0 ? -1 : value->integer;
        return true;
    case LIMIT_FIELDS_STRING:
    case LIMIT_FIELDS_TOKEN:
        break;
    default:
        return false;
    }
    enum limit_value read = limit_text_count(value->text, value->length, &count);
    *out = read == LIMIT_VALUE_GOOD ? (int64_t)count : -1;
    return read != LIMIT_VALUE_BAD;
}

static bool read_parameter(const struct limit_fields_item *key, const struct limit_fields_item *value,
                           struct member *member) {
    const struct {
        const char *name;
        int64_t *place;
    } numbers[] = {{"q", &member->q}, {"w", &member->w}, {"r", &member->r}, {"t", &member->t}};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (has(key, numbers[i].name)) {
            bool number = read_number(value, numbers[i].place);
            bool below = *numbers[i].place < 0 && numbers[i].place == &member->r;
            member->overdrawn = member->overdrawn || (number && below);
            member->r = member->overdrawn ? 0 : member->r;
            return number && (*numbers[i].place >= 0);
        }
    }
    if (has(key, "qu")) {
        member->unit = *value;
        return value->type == LIMIT_FIELDS_STRING || value->type == LIMIT_FIELDS_TOKEN;
    }
    return true;
}

static enum limit_fields_found next_member(struct limit_fields *fields, struct member *member) {
    *member = (struct member){.q = -1, .w = -1, .r = -1, .t = -1};
    enum limit_fields_found found = limit_fields_next(fields, &member->key, &member->item);
    if (found != LIMIT_FIELDS_ONE) {
        return found;
    }
    struct limit_fields_item key, value;
    while ((found = limit_fields_parameter(fields, &key, &value)) == LIMIT_FIELDS_ONE) {
        if (!read_parameter(&key, &value, member)) {
            return LIMIT_FIELDS_MALFORMED;
        }
    }
    return found == LIMIT_FIELDS_NONE ? LIMIT_FIELDS_ONE : found;
}

static bool contains(const struct limit_fields_item *item, const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= item->length; i++) {
        if (strncasecmp(item->text + i, word, length) == 0) {
            return true;
        }
    }
    return false;
}

// The quota unit, else the policy's name, says what is counted; requests unless it speaks of tokens.
static bool read_unit(const struct member *member, enum limit_unit *unit) {
    const struct limit_fields_item *text = member->unit.length > 0 ? &member->unit : &member->item;
    if (contains(text, "token")) {
        *unit = contains(text, "input")    ? LIMIT_INPUT_TOKENS
                : contains(text, "output") ? LIMIT_OUTPUT_TOKENS
                                           : LIMIT_TOKENS;
        return true;
    }
    *unit = LIMIT_REQUESTS;
    return member->unit.length == 0 || has(text, "requests");
}

// FNV-1a, never 0.
static uint64_t hash(const struct limit_fields_item *item) {
    uint64_t sum = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < item->length; i++) {
        sum = (sum ^ (unsigned char)item->text[i]) * 0x100000001b3ULL;
    }
    return sum | 1;
}

static bool named(const struct member *member) {
    return member->key.length == 0 &&
           (member->item.type == LIMIT_FIELDS_STRING || member->item.type == LIMIT_FIELDS_TOKEN);
}

// NULL when there are too many.
static struct limit_policy *policy_of(struct limit_policies *policies, uint64_t name, enum limit_unit unit) {
    for (uint32_t i = 0; i < policies->count && name != 0; i++) {
        if (policies->policy[i].name == name) {
            return &policies->policy[i];
        }
    }
    if (policies->count == LIMIT_POLICIES_MOST) {
        return NULL;
    }
    struct limit_policy *policy = &policies->policy[policies->count++];
    *policy = (struct limit_policy){.name = name,
                                    .unit = unit,
                                    .quota = LIMIT_UNKNOWN,
                                    .remaining = LIMIT_UNKNOWN,
                                    .reset = LIMIT_UNKNOWN};
    return policy;
}

// The lower of two values stays.
static void put(uint64_t *place, uint64_t value, struct limit_counts *ignored) {
    ignored->contradictory += *place != LIMIT_UNKNOWN && *place != value ? 1 : 0;
    *place = value < *place ? value : *place;
}

static uint64_t window_of(const struct member *member) {
    return member->w > 0 && (uint64_t)member->w <= LIMIT_TIME_MOST / CLOCK_SECOND
               ? (uint64_t)member->w * CLOCK_SECOND
               : 0;
}

// "burst";q=100;w=60, or 100;w=60
static bool add_policy(struct limit_policies *policies, const struct member *member,
                       struct limit_triple *triple, struct limit_counts *ignored) {
    (void)triple;
    bool number = member->key.length == 0 && member->item.type == LIMIT_FIELDS_INTEGER;
    int64_t quota = number ? member->item.integer : member->q;
    enum limit_unit unit;
    if ((!number && !named(member)) || quota < 0) {
        return false;
    }
    bool ours = read_unit(member, &unit) && quota > 0;
    struct limit_policy *policy = policy_of(policies, number ? 0 : hash(&member->item), unit);
    if (policy != NULL && !ours) {
        policy->unit = LIMIT_UNITS;
    }
    if (policy == NULL || !ours) {
        ignored->unknown++;
        return true;
    }
    policy->unit = unit;
    put(&policy->quota, (uint64_t)quota, ignored);
    if (policy->window == 0 && policy->quota == (uint64_t)quota) {
        policy->window = window_of(member);
    }
    return true;
}

static bool add_triple(const struct member *member, struct limit_triple *triple) {
    uint64_t *place = has(&member->key, "limit")       ? &triple->limit
                      : has(&member->key, "remaining") ? &triple->remaining
                      : has(&member->key, "reset")     ? &triple->reset
                                                       : NULL;
    int64_t value;
    if (place == NULL) {
        return true;
    }
    if (!read_number(&member->item, &value) || (value < 0 && place != &triple->remaining)) {
        return false;
    }
    triple->overdrawn = triple->overdrawn || value < 0;
    *place = value < 0 ? 0 : (uint64_t)value;
    return true;
}

// "default";r=50;t=30, or limit=100 (and so on)
static bool add_left(struct limit_policies *policies, const struct member *member,
                     struct limit_triple *triple, struct limit_counts *ignored) {
    if (member->key.length > 0) {
        return add_triple(member, triple);
    }
    if (!named(member) || member->r < 0) {
        return false;
    }
    enum limit_unit unit;
    (void)read_unit(member, &unit);
    struct limit_policy *policy = policy_of(policies, hash(&member->item), unit);
    if (policy == NULL) {
        ignored->unknown++;
        return true;
    }
    policy->overdrawn = policy->overdrawn || member->overdrawn;
    put(&policy->remaining, (uint64_t)member->r, ignored);
    if (member->t >= 0 && (uint64_t)member->t <= LIMIT_TIME_MOST / CLOCK_SECOND) {
        put(&policy->reset, (uint64_t)member->t * CLOCK_SECOND, ignored);
    }
    return true;
}

typedef bool add_member(struct limit_policies *policies, const struct member *member,
                        struct limit_triple *triple, struct limit_counts *ignored);

// Works on copies, because what is wrong at the end of a field makes all of it void.
static void read_field(struct limit_policies *policies, const char *text, size_t length,
                       struct limit_triple *triple, struct limit_counts *ignored, add_member *add) {
    struct limit_policies read = *policies;
    struct limit_triple values = *triple;
    struct limit_counts counts = *ignored;
    struct limit_fields fields = limit_fields_begin(text, length);
    struct member member;
    enum limit_fields_found found;
    while ((found = next_member(&fields, &member)) == LIMIT_FIELDS_ONE) {
        if (!add(&read, &member, &values, &counts)) {
            found = LIMIT_FIELDS_MALFORMED;
            break;
        }
    }
    if (found == LIMIT_FIELDS_MALFORMED || fields.members == 0) {
        ignored->malformed++;
        return;
    }
    *policies = read;
    *triple = values;
    *ignored = counts;
}

// 100, or 100;w=60 behind it
static bool add_limit(struct limit_policies *policies, const struct member *member,
                      struct limit_triple *triple, struct limit_counts *ignored) {
    if (member->key.length > 0 || member->item.type != LIMIT_FIELDS_INTEGER || member->item.integer < 0) {
        return false;
    }
    if (triple->limit == LIMIT_UNKNOWN) {
        triple->limit = (uint64_t)member->item.integer;
        return member->w < 0 || add_policy(policies, member, triple, ignored);
    }
    return add_policy(policies, member, triple, ignored);
}

void limit_policies_read(struct limit_policies *policies, const char *text, size_t length,
                         struct limit_counts *ignored) {
    struct limit_triple none = LIMIT_TRIPLE_NONE;
    read_field(policies, text, length, &none, ignored, add_policy);
}

void limit_policies_read_left(struct limit_policies *policies, const char *text, size_t length,
                              struct limit_triple *triple, struct limit_counts *ignored) {
    *triple = LIMIT_TRIPLE_NONE;
    read_field(policies, text, length, triple, ignored, add_left);
}

void limit_policies_read_limit(struct limit_policies *policies, const char *text, size_t length,
                               struct limit_triple *triple, struct limit_counts *ignored) {
    *triple = LIMIT_TRIPLE_NONE;
    read_field(policies, text, length, triple, ignored, add_limit);
}

uint64_t limit_policies_take_window(struct limit_policies *policies, uint64_t quota) {
    for (uint32_t i = 0; i < policies->count; i++) {
        struct limit_policy *policy = &policies->policy[i];
        if (policy->name == 0 && policy->quota == quota && policy->unit == LIMIT_REQUESTS) {
            policy->unit = LIMIT_UNITS;
            return policy->window;
        }
    }
    return 0;
}
