#include "limits/limit_member.h"

#include "limits/limit_text.h"

#include <string.h>
#include <strings.h>

bool limit_member_has(const struct limit_fields_item *item, const char *text) {
    return item->length == strlen(text) && memcmp(item->text, text, item->length) == 0;
}

bool limit_member_number(const struct limit_fields_item *value, int64_t *out) {
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
                           struct limit_member *member) {
    const struct {
        const char *name;
        int64_t *place;
    } numbers[] = {{"q", &member->q}, {"w", &member->w}, {"r", &member->r}, {"t", &member->t}};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (limit_member_has(key, numbers[i].name)) {
            bool number = limit_member_number(value, numbers[i].place);
            bool below = *numbers[i].place < 0 && numbers[i].place == &member->r;
            member->overdrawn = member->overdrawn || (number && below);
            member->r = member->overdrawn ? 0 : member->r;
            return number && (*numbers[i].place >= 0);
        }
    }
    if (limit_member_has(key, "qu")) {
        member->unit = *value;
        return value->type == LIMIT_FIELDS_STRING || value->type == LIMIT_FIELDS_TOKEN;
    }
    return true;
}

enum limit_fields_found limit_member_next(struct limit_fields *fields, struct limit_member *member) {
    *member = (struct limit_member){.q = -1, .w = -1, .r = -1, .t = -1};
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

bool limit_member_unit(const struct limit_member *member, enum limit_unit *unit) {
    const struct limit_fields_item *text = member->unit.length > 0 ? &member->unit : &member->item;
    if (contains(text, "token")) {
        *unit = contains(text, "input")    ? LIMIT_INPUT_TOKENS
                : contains(text, "output") ? LIMIT_OUTPUT_TOKENS
                                           : LIMIT_TOKENS;
        return true;
    }
    *unit = LIMIT_REQUESTS;
    return member->unit.length == 0 || limit_member_has(text, "requests");
}

bool limit_member_named(const struct limit_member *member) {
    return member->key.length == 0 &&
           (member->item.type == LIMIT_FIELDS_STRING || member->item.type == LIMIT_FIELDS_TOKEN);
}
