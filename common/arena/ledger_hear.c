#include "arena/ledger_hear.h"

#include "arena/ledger_session.h"
#include "ration/clock.h"

#define NOWHERE LEDGER_DIMENSIONS

// Where the news belong: the dimension of that unit and window; one more, when there is none; NOWHERE when
// there is no room.
static uint32_t place_of(struct arena *arena, struct layout_session *session,
                         const struct dimension_news *news, uint64_t now) {
    uint32_t free = NOWHERE;
    uint64_t window = news->window > 0 ? news->window : CLOCK_MINUTE;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        if (!ledger_words_used(session, i)) {
            free = i;
            break;
        }
        struct dimension dimension = *ledger_words_at(session, i);
        if (dimension.unit != news->unit || (news->window_sure && dimension.window != news->window)) {
            continue;
        }
        // A limit of minutes is not that of a day, which was told, even for the time that it takes to believe
        // an inferred window.
        if (dimension.told != 0 && dimension.window > DIMENSION_PACED_MOST && news->window != 0 &&
            news->window <= DIMENSION_PACED_MOST) {
            continue;
        }
        // An inferred window belongs to the first of its unit, until it contradicts often enough. A limit
        // that was told stays.
        bool other = !news->window_sure && dimension_rival(&dimension, news->window);
        if (other && dimension.told == 0) {
            dimension_restart(&dimension, news->window, now);
        } else if (other) {
            dimension.heard = 0;
            ledger_words_store(arena, session, i, &dimension);
            continue;
        }
        ledger_words_store(arena, session, i, &dimension);
        return i;
    }
    if (free != NOWHERE && news->limit != UINT64_MAX) {
        ledger_words_store(arena, session, free, &(struct dimension){.unit = news->unit, .window = window});
        return free;
    }
    return NOWHERE;
}

// So far below what held before that whoever runs it should know.
static bool too_low(const struct dimension *dimension, uint64_t before, uint64_t need) {
    uint64_t limit = dimension_limit(dimension);
    if (limit == 0 || (before != 0 && limit >= before)) {
        return false;
    }
    if (before != 0) {
        bool told = dimension->told != 0 && limit <= dimension->told / 10 && before > dimension->told / 10;
        return limit <= before / 10 || told;
    }
    return dimension->unit == DIMENSION_REQUESTS
               ? limit == 1 && dimension->window >= CLOCK_MINUTE && dimension->window <= DIMENSION_PACED_MOST
               : limit < need;
}

void ledger_hear_news(struct arena *arena, const struct ledger_booking *booking,
                      const struct ledger_usage *usage, uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    for (uint32_t i = 0; usage->news != NULL && i < usage->news->count && i < LEDGER_DIMENSIONS; i++) {
        const struct dimension_news *news = &usage->news->of[i];
        uint32_t place = place_of(arena, session, news, now);
        if (place == NOWHERE) {
            continue;
        }
        struct dimension dimension = *ledger_words_at(session, place);
        // Of a dimension that came later than the booking all that was taken since is unknown: as if nothing
        // had been.
        uint64_t mark = booking->after[place] != 0 ? booking->after[place] : dimension_mark(&dimension, now);
        uint64_t before = dimension_limit(&dimension);
        dimension_hear(&dimension, news, mark, booking->departs, now, ledger_session_refused(usage->outcome));
        if (usage->lowered != NULL &&
            too_low(&dimension, before,
                    ledger_words_units(dimension.unit, booking->counted, booking->output))) {
            *usage->lowered =
                (struct ledger_lowered){news->unit, dimension.window, before, dimension_limit(&dimension)};
        }
        ledger_words_store(arena, session, place, &dimension);
    }
}
