// What an answer says is compared with what the mirror said when its request left (its mark): no matter how
// old the answer is, and what left, came back or was refilled since.
#include "ration/clock.h"
#include "ration/dimension.h"
#include "rules/dimension_mirror.h"
#include "rules/dimension_others.h"

#define UNKNOWN UINT64_MAX
// Requests overtake each other on their way, so a single answer may be wrong by some. What all answers of so
// long a time agree on is believed,
#define GAP_INTERVAL (250 * CLOCK_MS)
// and if it is more than the requests of so short a time.
#define GAP_TIME (50 * CLOCK_MS)
#define FIXED_LEAST (5 * CLOCK_SECOND) // ends are told in whole seconds: of shorter windows they say nothing
// A window ends so long after the moment that was told, because some requests arrive sooner than others.
#define FIXED_AFTER (25 * CLOCK_MS)

struct heard {
    const struct dimension_news *news;
    uint64_t limit, departed, now;
    int64_t gap;  // how much the mirror was above the answer
    bool changed; // the limit
};

// The mirror goes down by `gap`. What it could not go up or down is not counted.
static void correct(struct dimension *dimension, const struct heard *heard, int64_t gap) {
    int64_t shifted = dimension->shifted;
    int64_t level = dimension_mirror_level(dimension, heard->limit, heard->now);
    dimension_mirror_set(dimension, (enum dimension_mirror)dimension->mirror, heard->limit, level,
                         level - gap, heard->now);
    dimension_others_note(dimension, shifted - dimension->shifted, heard->now);
}

static void begin(struct dimension *dimension, const struct heard *heard, enum dimension_mirror mirror) {
    int64_t level = dimension_mirror_level(dimension, heard->limit, heard->now);
    dimension_mirror_set(dimension, mirror, heard->limit, level, level - heard->gap, heard->now);
    bool silent = mirror == DIMENSION_REFILL && heard->news->reset == UNKNOWN;
    // Who tells no reset may have fixed windows: nobody is suspected before one of them would have ended.
    dimension->begins = 0;
    dimension_others_begin(dimension, heard->now + (silent ? dimension->window : 0));
}

static void compare(struct dimension *dimension, const struct heard *heard) {
    uint64_t limit = heard->limit;
    if (heard->changed) {
        begin(dimension, heard, (enum dimension_mirror)dimension->mirror);
        return;
    }
    int64_t gap = heard->gap;
    uint64_t noise = dimension_mirror_size(dimension) +
                     dimension_mirror_share(limit, GAP_TIME, dimension->window) + heard->news->rounding / 2;
    // Those that left together overtook each other: one of them says nothing, as long as the others are not
    // heard.
    if (gap < 0 && dimension->gap_least > dimension->gap_most) {
        dimension->gap_since = heard->now;
    }
    dimension->gap_least = gap < dimension->gap_least ? gap : dimension->gap_least;
    dimension->gap_most = gap > dimension->gap_most ? gap : dimension->gap_most;
    if (gap > 0 && heard->news->remaining < limit / 20) {
        correct(dimension, heard, gap);
    } else if (heard->now - dimension->gap_since >= GAP_INTERVAL) {
        int64_t sure = dimension->gap_least > (int64_t)noise   ? dimension->gap_least
                       : dimension->gap_most < -(int64_t)noise ? dimension->gap_most
                                                               : 0;
        correct(dimension, heard, sure);
    }
    if (dimension_paced(dimension)) {
        dimension_others_close(dimension, limit, heard->now);
    }
}

// The level stays, as far as it fits.
static void set_high(struct dimension *dimension, uint64_t limit, uint64_t high, int64_t level,
                     uint64_t now) {
    enum dimension_mirror mirror = (enum dimension_mirror)dimension->mirror;
    int64_t most = (int64_t)(mirror == DIMENSION_FIXED ? limit : high);
    dimension->high = high;
    if (mirror != DIMENSION_BLIND) {
        dimension_mirror_set(dimension, mirror, limit, level, level < most ? level : most, now);
    }
}

static void raise_high(struct dimension *dimension, const struct heard *heard) {
    uint64_t high =
        dimension_paced(dimension) ? heard->news->remaining + dimension_mirror_size(dimension) : heard->limit;
    high = high < heard->limit ? high : heard->limit;
    if (dimension->high < high || dimension->high > heard->limit) {
        set_high(dimension, heard->limit, high, dimension_mirror_level(dimension, heard->limit, heard->now),
                 heard->now);
    }
}

static void hear_refill(struct dimension *dimension, const struct heard *heard) {
    raise_high(dimension, heard);
    if (dimension->mirror != DIMENSION_REFILL) {
        begin(dimension, heard, DIMENSION_REFILL);
    } else {
        compare(dimension, heard);
    }
}

static void hear_fixed(struct dimension *dimension, const struct heard *heard) {
    uint64_t ends = heard->departed + heard->news->reset + FIXED_AFTER;
    uint64_t apart = dimension->window / 4;
    bool earlier = dimension->mirror == DIMENSION_FIXED && ends + apart < dimension->ends;
    if (earlier && (dimension->begins == 0 || heard->departed < dimension->begins)) {
        return; // of the window before this one
    }
    if (dimension->mirror != DIMENSION_FIXED || earlier || ends > dimension->ends + apart) {
        begin(dimension, heard, DIMENSION_FIXED);
        dimension->ends = ends;
        return;
    }
    dimension->ends = ends > dimension->ends ? ends : dimension->ends;
    compare(dimension, heard);
}

// Who tells no reset, and suddenly has much more than a refilling could have brought, has fixed windows.
static bool jumped(const struct dimension *dimension, const struct heard *heard) {
    return dimension->mirror != DIMENSION_BLIND && dimension_paced(dimension) &&
           heard->gap < -(int64_t)(heard->limit / 4);
}

static void hear_silent(struct dimension *dimension, const struct heard *heard) {
    if (jumped(dimension, heard)) {
        dimension->jumped = heard->departed;
        begin(dimension, heard, DIMENSION_FIXED);
        dimension->ends = heard->departed + dimension->window + FIXED_AFTER;
    } else if (dimension->jumped == 0) {
        hear_refill(dimension, heard);
    } else if (heard->departed + dimension->window >= dimension->ends) {
        compare(dimension, heard);
    }
}

// False: it is older than what is known.
static bool hear_limit(struct dimension *dimension, const struct dimension_news *news, uint64_t departed,
                       uint64_t now, bool *changed) {
    uint64_t heard = news->limit < DIMENSION_AMOUNT_MOST ? news->limit : DIMENSION_AMOUNT_MOST;
    *changed = false;
    if (news->limit == UNKNOWN || heard == 0) {
        return true;
    }
    if (heard != dimension->heard && departed < dimension->heard_at) {
        return false;
    }
    dimension->heard_at = departed > dimension->heard_at ? departed : dimension->heard_at;
    uint64_t before = dimension_limit(dimension);
    int64_t level = dimension_mirror_level(dimension, before, now);
    dimension->heard = heard;
    uint64_t limit = dimension_limit(dimension);
    if (limit != before && dimension->mirror != DIMENSION_BLIND) {
        *changed = true;
        set_high(dimension, limit, dimension->high < limit ? dimension->high : limit, level, now);
    }
    return true;
}

static void hear_remaining(struct dimension *dimension, const struct heard *heard) {
    bool silent = heard->news->reset == UNKNOWN;
    bool fixed = heard->news->fixed && !dimension_others_refills(dimension);
    if (!fixed && (!silent || !dimension_paced(dimension))) {
        hear_refill(dimension, heard);
    } else if (silent) {
        hear_silent(dimension, heard);
    } else if (dimension->window >= FIXED_LEAST) {
        hear_fixed(dimension, heard);
    }
}

// It was refused: there cannot be more than that and what came since.
static void not_more(struct dimension *dimension, const struct heard *heard) {
    enum dimension_mirror mirror = (enum dimension_mirror)dimension->mirror;
    uint64_t since =
        mirror == DIMENSION_REFILL && heard->now > heard->departed ? heard->now - heard->departed : 0;
    int64_t most =
        (int64_t)(heard->news->remaining + dimension_mirror_share(heard->limit, since, dimension->window));
    int64_t level = dimension_mirror_level(dimension, heard->limit, heard->now);
    if (mirror != DIMENSION_BLIND && level > most) {
        dimension_mirror_set(dimension, mirror, heard->limit, level, most, heard->now);
    }
}

void dimension_hear(struct dimension *dimension, const struct dimension_news *news, uint64_t mark,
                    uint64_t departed, uint64_t now, bool refused) {
    bool changed;
    if (!hear_limit(dimension, news, departed, now, &changed)) {
        return;
    }
    uint64_t limit = dimension_limit(dimension);
    if (limit == 0 || news->remaining == UNKNOWN || news->remaining > DIMENSION_AMOUNT_MOST) {
        return;
    }
    uint64_t lag = now > departed ? now - departed : 0;
    dimension->lag = dimension->lag == 0 ? lag : dimension->lag - dimension->lag / 8 + lag / 8;
    struct heard heard = {news, limit, departed, now, 0, changed};
    heard.gap =
        (int64_t)(mark - DIMENSION_MARK_ZERO + (uint64_t)dimension->shifted) - (int64_t)news->remaining;
    hear_remaining(dimension, &heard);
    if (refused) {
        not_more(dimension, &heard);
    }
}
