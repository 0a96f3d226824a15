#include "limits/limit_policies.h"

#include "limits/limit_member.h"
#include "limits/limit_values.h"
#include "ration/clock.h"

// FNV-1a, never 0.
static uint64_t hash(const struct limit_fields_item *item) {
    uint64_t sum = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < item->length; i++) {
        sum = (sum ^ (unsigned char)item->text[i]) * 0x100000001b3ULL;
    }
    return sum | 1;
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

static uint64_t window_of(const struct limit_member *member) {
    return member->w > 0 && (uint64_t)member->w <= LIMIT_TIME_MOST / CLOCK_SECOND
               ? (uint64_t)member->w * CLOCK_SECOND
               : 0;
}

// "burst";q=100;w=60, or 100;w=60
static bool add_policy(struct limit_policies *policies, const struct limit_member *member,
                       struct limit_triple *triple, struct limit_counts *ignored) {
    (void)triple;
    bool number = member->key.length == 0 && member->item.type == LIMIT_FIELDS_INTEGER;
    int64_t quota = number ? member->item.integer : member->q;
    enum limit_unit unit;
    if ((!number && !limit_member_named(member)) || quota < 0) {
        return false;
    }
    bool ours = limit_member_unit(member, &unit) && quota > 0;
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

static bool add_triple(const struct limit_member *member, struct limit_triple *triple) {
    uint64_t *place = limit_member_has(&member->key, "limit")       ? &triple->limit
                      : limit_member_has(&member->key, "remaining") ? &triple->remaining
                      : limit_member_has(&member->key, "reset")     ? &triple->reset
                                                                    : NULL;
    int64_t value;
    if (place == NULL) {
        return true;
    }
    if (!limit_member_number(&member->item, &value) || (value < 0 && place != &triple->remaining)) {
        return false;
    }
    triple->overdrawn = triple->overdrawn || value < 0;
    *place = value < 0 ? 0 : (uint64_t)value;
    return true;
}

// "default";r=50;t=30, or limit=100 (and so on)
static bool add_left(struct limit_policies *policies, const struct limit_member *member,
                     struct limit_triple *triple, struct limit_counts *ignored) {
    if (member->key.length > 0) {
        return add_triple(member, triple);
    }
    if (!limit_member_named(member) || member->r < 0) {
        return false;
    }
    enum limit_unit unit;
    (void)limit_member_unit(member, &unit);
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

typedef bool add_member(struct limit_policies *policies, const struct limit_member *member,
                        struct limit_triple *triple, struct limit_counts *ignored);

// Works on copies, because what is wrong at the end of a field makes all of it void.
static void read_field(struct limit_policies *policies, const char *text, size_t length,
                       struct limit_triple *triple, struct limit_counts *ignored, add_member *add) {
    struct limit_policies read = *policies;
    struct limit_triple values = *triple;
    struct limit_counts counts = *ignored;
    struct limit_fields fields = limit_fields_begin(text, length);
    struct limit_member member;
    enum limit_fields_found found;
    while ((found = limit_member_next(&fields, &member)) == LIMIT_FIELDS_ONE) {
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
static bool add_limit(struct limit_policies *policies, const struct limit_member *member,
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
