// What the configuration tells of a session.
#include "arena/journal.h"
#include "arena/ledger_words.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"

#include <bsd/string.h>

static void initialise(struct layout_session *session, uint32_t index, const struct dimension *dimension) {
    uint64_t words[LAYOUT_DIMENSION_WORDS];
    memcpy(words, dimension, sizeof(words));
    for (uint32_t i = 0; i < LAYOUT_DIMENSION_WORDS; i++) {
        journal_initialise(&session->dimension[index][i], words[i]);
    }
}

// Tokens may rest as long as requests: the same share of a minute.
static uint64_t token_burst(const struct ledger_limits *limits, uint64_t tokens) {
    if (limits->burst == 0 || limits->told.of[LIMITS_REQUESTS_MINUTE] == 0) {
        return 0;
    }
    wide share = (wide)tokens * limits->burst / limits->told.of[LIMITS_REQUESTS_MINUTE];
    return share < tokens ? (uint64_t)share : tokens;
}

static void initialise_silent(struct layout_session *session, const struct ledger_limits *limits) {
    struct silent silent;
    uint64_t words[LAYOUT_SILENT_WORDS];
    silent_begin(&silent, &limits->known);
    silent.gentle = limits->gentle;
    memcpy(words, &silent, sizeof(words));
    for (uint32_t i = 0; i < LAYOUT_SILENT_WORDS; i++) {
        journal_initialise(&session->silent[i], words[i]);
    }
}

void ledger_set_limits(struct arena *arena, uint32_t session, const struct ledger_limits *limits,
                       uint64_t now) {
    struct layout_session *shared = layout_session(arena, session);
    uint32_t count = 0;
    for (int row = 0; row < LIMITS_ROWS; row++) {
        const struct limits_kind *kind = limits_kind((enum limits_row)row);
        uint64_t limit = limits->told.of[row];
        struct dimension dimension = {
            .unit = kind->unit,
            .window = kind->window,
            .told = limit,
            .burst = kind->unit == DIMENSION_REQUESTS ? limits->burst : token_burst(limits, limit),
            .paced = now,
        };
        if (limit > 0) {
            initialise(shared, count++, &dimension);
        }
    }
    shared->endpoint = limits->endpoint;
    shared->fallback = limits->fallback;
    shared->own_price = limits->own_price;
    shared->price_input = limits->price.input;
    shared->price_output = limits->price.output;
    shared->price_above = limits->above;
    shared->price_above_input = limits->price_above.input;
    shared->price_above_output = limits->price_above.output;
    shared->cached = limits->cached;
    initialise_silent(shared, limits);
    journal_initialise(&shared->health, SESSION_HEALTH_WHOLE);
    journal_initialise(&shared->calm, CLOCK_NEVER);
    journal_initialise(&shared->places, limits->ramps && limits->told.of[LIMITS_REQUESTS_MINUTE] == 0
                                            ? LEDGER_WORDS_PLACE
                                            : 0);
}

void ledger_set_name(struct arena *arena, uint32_t session, const char *name) {
    (void)strlcpy(layout_session(arena, session)->name, name, LEDGER_NAME_SIZE);
}

const char *ledger_name(const struct arena *arena, uint32_t session) {
    const char *name = layout_session(arena, session)->name;
    return memchr(name, '\0', LEDGER_NAME_SIZE) != NULL ? name : "";
}
