#include "sim_change.h"

#include "sim_number.h"

#include <string.h>

static bool parse_setting(struct change *change, const char *at, size_t len) {
    const char *value = memchr(at, '=', len);
    struct limits checked = {0};
    uint64_t n;
    int field;

    if (!value || !sim_number_parse(value + 1, len - (size_t)(value + 1 - at), &n))
        return false;
    if (value == at + 3 && !memcmp(at, "key", 3)) {
        change->line = n;
        return true;
    }
    field = sim_limits_field(at, (size_t)(value - at));
    if (field < 0 || change->count == CHANGE_SETTINGS_MAX || !sim_limits_set(&checked, field, n))
        return false;
    change->setting[change->count++] = (struct change_setting){field, n};
    return true;
}

bool sim_change_add(struct changes *c, const char *text) {
    const char *colon = strchr(text, ':');
    struct change change = {0};
    size_t at;

    if (!colon || c->count == CHANGES_MAX ||
        !sim_number_parse_seconds(text, (size_t)(colon - text), &change.at_ns))
        return false;
    for (text = colon + 1;; text++) {
        size_t len = strcspn(text, ",");

        if (!parse_setting(&change, text, len))
            return false;
        text += len;
        if (!*text)
            break;
    }
    if (!change.count)
        return false;
    for (at = c->count++; at && c->change[at - 1].at_ns > change.at_ns; at--)
        c->change[at] = c->change[at - 1];
    c->change[at] = change;
    return true;
}

void sim_change_apply(const struct change *change, struct limits *l) {
    for (size_t i = 0; i < change->count; i++)
        sim_limits_set(l, change->setting[i].field, change->setting[i].value);
}
