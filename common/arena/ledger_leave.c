// A booking's time has come: departures of a session whose limit nobody tells keep their distance, however
// late the processes wake that have booked them. No guard: whoever dies here has taken a departure that
// nobody uses.
#include "arena/ledger_leave.h"

#include "arena/ledger_words.h"
#include "rules/spacing.h"

struct ledger_leaving ledger_leave(struct arena *arena, const struct ledger_booking *booking, uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    if (guarded_get(&session->silent[0]) != SILENT_RATE || !ledger_words_is_silent(session)) {
        return (struct ledger_leaving){0};
    }
    struct silent silent;
    ledger_words_load_silent(session, &silent); // no guard: words that are of two transactions do no harm
    uint64_t full_at = atomic_load(&session->full_at);
    struct spacing spacing;
    do {
        spacing = spacing_leave(full_at, silent.gap, silent_slack(&silent), now);
        if (!spacing.leaves) {
            return (struct ledger_leaving){.again = spacing.again};
        }
    } while (!atomic_compare_exchange_weak(&session->full_at, &full_at, spacing.full_at));
    uint64_t lost = atomic_fetch_add(&session->lost, spacing.lost) + spacing.lost;
    ledger_words_raise(&session->shifted,
                       spacing_shift(booking->shifted, lost - booking->lost, booking->departs, now));
    return (struct ledger_leaving){.spaced = true};
}

void ledger_leave_emptied(struct layout_session *session, const struct silent *silent, uint64_t now) {
    ledger_words_raise(&session->full_at,
                       spacing_emptied(atomic_load(&session->full_at), silent_slack(silent), now));
}
