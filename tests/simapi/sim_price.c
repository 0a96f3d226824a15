#include "sim_price.h"

#include "sim_number.h"

#include <string.h>

#define MICRO 1000000u
#define MICRO_DIGITS 6u
#define UNSAID UINT64_MAX

static const char *const names[PRICE_KINDS] = {
    [PRICE_OF_INPUT] = "input",     [PRICE_OF_CACHED] = "cached",
    [PRICE_OF_WRITTEN] = "written", [PRICE_OF_WRITTEN_HOUR] = "written_hour",
    [PRICE_OF_OUTPUT] = "output",   [PRICE_OF_REASONING] = "reasoning"};

/* "0.25" of `len` bytes: 250000. */
static bool parse_micro(const char *text, size_t len, uint64_t *out) {
    const char *point = memchr(text, '.', len);
    size_t whole = point ? (size_t)(point - text) : len;
    size_t digits = point ? len - whole - 1 : 0;
    uint64_t dollars, part = 0;

    if (!sim_number_parse(text, whole, &dollars) || dollars > MICRO || digits > MICRO_DIGITS)
        return false;
    if (point && !sim_number_parse(point + 1, digits, &part))
        return false;
    for (size_t i = digits; i < MICRO_DIGITS; i++)
        part *= 10;
    *out = dollars * MICRO + part;
    return true;
}

/* One "KIND=DOLLARS" of `len` bytes. */
static bool parse_one(const char *text, size_t len, uint64_t micro[PRICE_KINDS]) {
    for (size_t kind = 0; kind < PRICE_KINDS; kind++) {
        size_t name = strlen(names[kind]);
        if (len > name && !memcmp(text, names[kind], name) && text[name] == '=')
            return parse_micro(text + name + 1, len - name - 1, &micro[kind]);
    }
    return false;
}

bool sim_price_add(struct prices *p, const char *text) {
    const char *equals = strchr(text, '=');
    const char *colon = equals ? memrchr(text, ':', (size_t)(equals - text)) : NULL;
    uint64_t *micro;
    size_t model;

    if (!colon || p->count == PRICES_MAX)
        return false;
    model = (size_t)(colon - text);
    micro = p->row[p->count].micro;
    if (model >= PRICE_MODEL_SIZE)
        return false;
    memcpy(p->row[p->count].model, text, model);
    p->row[p->count].model[model] = '\0';
    for (size_t kind = 0; kind < PRICE_KINDS; kind++)
        micro[kind] = UNSAID;
    for (const char *at = colon + 1;; at++) {
        size_t len = strcspn(at, ",");
        if (!parse_one(at, len, micro))
            return false;
        at += len;
        if (!*at)
            break;
    }
    if (micro[PRICE_OF_INPUT] == UNSAID || micro[PRICE_OF_OUTPUT] == UNSAID)
        return false;
    for (size_t kind = 0; kind < PRICE_KINDS; kind++)
        if (micro[kind] == UNSAID)
            micro[kind] = micro[kind < PRICE_OF_OUTPUT ? PRICE_OF_INPUT : PRICE_OF_OUTPUT];
    p->count++;
    return true;
}

static const uint64_t *prices_of(const struct prices *p, const char *model) {
    const uint64_t *any = NULL;

    for (size_t i = 0; i < p->count; i++) {
        if (!strcmp(p->row[i].model, model))
            return p->row[i].micro;
        if (!p->row[i].model[0])
            any = p->row[i].micro;
    }
    return any;
}

uint64_t sim_price_bill(const struct prices *p, const char *model, const struct billed *b, bool half) {
    const uint64_t *micro = prices_of(p, model);
    uint64_t plain = b->input - b->cached - b->written - b->written_hour;
    uint64_t whole = half ? 2000 : 1000;
    uint64_t milli; /* thousandths of a nano-dollar: micro-dollars a million tokens, times tokens */

    if (!micro)
        return 0;
    milli = plain * micro[PRICE_OF_INPUT] + b->cached * micro[PRICE_OF_CACHED] +
            b->written * micro[PRICE_OF_WRITTEN] + b->written_hour * micro[PRICE_OF_WRITTEN_HOUR] +
            (b->output - b->reasoning) * micro[PRICE_OF_OUTPUT] + b->reasoning * micro[PRICE_OF_REASONING];
    return milli / whole + (milli % whole != 0);
}
