#include "watch/silent_watch.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>

#define INTERVAL (10 * CLOCK_SECOND)
#define CLEARLY 0.1 // a share

// What counts: so many a second, or at once.
static double amount_of(const struct silent_known *known) {
    return known->form == SILENT_PLACES ? (double)known->places : silent_rate_found(known);
}

static bool has_changed(const struct silent_known *told, const struct silent_known *now) {
    double before = amount_of(told), after = amount_of(now);
    return told->form != now->form || after > before * (1 + CLEARLY) || after < before * (1 - CLEARLY);
}

static void tell(const char *session, const struct silent_known *known) {
    char words[SILENT_WORDS];
    silent_words(known, words);
    if (known->form == SILENT_RATE && known->burst > 1) {
        log_info("quota", "session %s %s, and about %" PRIu64 " of them at once after a rest", session, words,
                 known->burst);
    } else {
        log_info("quota", "session %s %s", session, words);
    }
}

static void look(struct silent_watch *watch, uint32_t session, const struct snapshot *now) {
    const struct ledger_state *state = &now->session[session];
    const char *name = now->session_name[session];
    if (!state->silent_refused || now->at < watch->next[session]) {
        return;
    }
    if (!watch->refused[session]) {
        watch->refused[session] = true;
        if (state->silent.form == SILENT_NONE) {
            log_info("quota",
                     "session %s: requests are refused for a limit that the API does not tell; "
                     "it is found out from what is accepted",
                     name);
        }
    }
    if (state->silent.form != SILENT_NONE && has_changed(&watch->told[session], &state->silent)) {
        tell(name, &state->silent);
        watch->told[session] = state->silent;
        watch->next[session] = now->at + INTERVAL;
    }
}

void silent_watch_tick(struct silent_watch *watch, const struct snapshot *now) {
    for (uint32_t session = 0; session < now->sessions; session++) {
        look(watch, session, now);
    }
}
