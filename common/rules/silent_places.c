#include "rules/silent_places.h"

#include "ration/arithmetic.h"
#include "rules/silent_rate.h"

#include <math.h>

#define EARLY 100U // accepted before a refusal: more often than one in so many a rate explains little
#define MARGIN_LARGE (SILENT_WHOLE / 16) // likewise, of the margin that it took
#define ALIKE_ENOUGH 3U                  // refusals in a row with as many in flight,
#define ALIKE_PACED 5U                   // or so many, where a pace is found or a refusal costs little,
#define ALIKE_EXACT 2U                   // of which one that is exact counts for two,
#define ALIKE_PART 64U                   // within such a part of them,
#define ALIKE_PART_BURST 10U             // or of the first refusal
#define ALIKE_MANY 8U                    // where they are no fewer
#define OVER 8U                          // of so many that were accepted one may have had as many in flight,
#define OVER_BURST 4U                    // or of so many
#define DOUBT_MOST 4U              // each time that it was wrong, twice as many are needed, up to 16 times
#define REFUSALS_LEFT 3U           // then a fast pace is searched for as after so many refusals
#define VEXED_ENOUGH 5U            // refusals in a row with places left
#define TOGETHER 3U                // refused together: no more than were too many,
#define TOGETHER_PART 16U          // and than such a part
#define FEWER 6U                   // tenths of its places: then it is something else
#define QUIET_FAILED UINT64_C(200) // departures after one more was refused
#define QUIET_FOUND UINT64_C(100)

static uint64_t accepted_by(const struct silent *silent, const struct silent_refusal *refusal) {
    return silent_rate_count(silent->begun_mark, refusal->mark);
}

static void give(struct silent *silent, uint64_t places) {
    silent->places = arithmetic_most(places, 1);
    silent->tried = 0;
    silent->together = 0;
}

// As many as at the latest refusals, or nearly.
static bool is_same(const struct silent *silent, uint64_t off, uint64_t part, uint64_t accepted) {
    // Where a burst was as many as well, they are believed sooner: what seems too many in flight may be an
    // answer that is still on its way.
    bool as_burst = silent->alike_at < ALIKE_MANY && silent->burst == silent->alike_at;
    uint64_t over = 1 + accepted / (as_burst ? OVER_BURST : OVER);
    return silent->alike > 0 && off <= 1 + silent->alike_at / part && silent->over <= over;
}

// So many alike are asked for. By chance two in a row are alike one time in five.
static uint64_t enough(const struct silent *silent) {
    bool few = silent->refusals <= 2 || silent->alike_at < ALIKE_MANY;
    bool dear = silent->wait > 0 && silent->searching != 0;
    return (uint64_t)(few || dear ? ALIKE_ENOUGH : ALIKE_PACED)
           << arithmetic_least(silent->doubt, DOUBT_MOST);
}

// As many in flight at each refusal, and hardly ever as many when nothing was refused: that is what is
// limited. What follows a rate varies, and so it is only asked where the rate explains little.
static bool are_places(struct silent *silent, const struct silent_refusal *refusal) {
    uint64_t accepted = accepted_by(silent, refusal);
    uint64_t off = refusal->in_flight > silent->alike_at ? refusal->in_flight - silent->alike_at
                                                         : silent->alike_at - refusal->in_flight;
    // A burst is counted less exactly than what is in flight.
    uint64_t part = silent->refusals <= 2 ? ALIKE_PART_BURST : ALIKE_PART;
    bool same = is_same(silent, off, part, accepted);
    bool close = silent->refusals <= 2 || off <= 1 + silent->alike_at / (2 * part);
    bool exactly = same && close && silent->alike_at >= ALIKE_MANY;
    bool failing =
        accepted < EARLY || silent->margin > MARGIN_LARGE ||
        (exactly && (silent->searching != 0 || silent->alike >= (uint64_t)ALIKE_EXACT * ALIKE_ENOUGH));
    if (accepted < 2 + silent->alike_at / 2) {
        return false; // as long as it is the same moment it is the same number
    }
    silent->alike = same ? silent->alike + (exactly ? ALIKE_EXACT : 1) : 1;
    silent->alike_at = same ? arithmetic_least(silent->alike_at, refusal->in_flight) : refusal->in_flight;
    return failing && refusal->in_flight > 0 && silent->alike >= enough(silent);
}

bool silent_places_begin(struct silent *silent, const struct silent_refusal *refusal) {
    if (!are_places(silent, refusal)) {
        return false;
    }
    silent->form = SILENT_PLACES;
    give(silent, refusal->in_flight);
    silent_rate_quiet(silent, refusal, QUIET_FOUND);
    return true;
}

// What is limited is not how many are in flight after all.
static void leave(struct silent *silent) {
    double rate = silent_rate_of(silent->found);
    silent->doubt++;
    silent->refusals = arithmetic_least(silent->refusals, REFUSALS_LEFT); // what the next ones say is new
    silent->alike = 0;
    silent->vexed = 0;
    if (rate > 0) {
        silent_rate_search(silent, rate / 2, rate);
    } else {
        silent_rate_search(silent, 2, 0);
    }
}

// Of those that leave together one may come to the server last that left first: what is in flight by now
// counts as well.
void silent_places_refuse(struct silent *silent, const struct silent_refusal *refusal) {
    uint64_t present = arithmetic_most(refusal->in_flight, refusal->present);
    bool tried = present >= silent->places && silent->tried > 0;
    uint64_t fewer = silent->places - (tried ? 0 : 1);
    uint64_t accepted = accepted_by(silent, refusal);
    bool early = present < silent->places && accepted < EARLY / 2;
    bool vexing = early || (!tried && accepted < EARLY);
    silent->vexed = vexing ? silent->vexed + (early ? 2 : 1) : silent->vexed / 2;
    bool other = present == 0 || 10 * present + 10 < FEWER * silent->places;
    if (other || silent->vexed >= VEXED_ENOUGH || 2 * fewer <= silent->alike_at) {
        leave(silent);
        return;
    }
    silent->spared = tried ? silent->tried : 0;
    give(silent, fewer);
    silent_rate_quiet(silent, refusal, tried ? QUIET_FAILED : QUIET_FOUND);
}

void silent_places_vain(struct silent *silent, const struct silent_refusal *refusal) {
    if (silent->form != SILENT_PLACES || refusal->present >= silent->places) {
        return;
    }
    silent->vexed += 2;
    if (silent->vexed >= VEXED_ENOUGH) {
        leave(silent);
    }
}

void silent_places_together(struct silent *silent) {
    if (silent->form != SILENT_PLACES) {
        return;
    }
    if (++silent->together > TOGETHER + silent->places / TOGETHER_PART) {
        leave(silent);
    } else if (silent->together >= silent->spared &&
               silent->places > 1) { // as many as are refused are too many
        silent->places--;
    }
}

void silent_places_grow(struct silent *silent, uint64_t at, uint64_t mark, uint64_t in_flight) {
    if (at < silent->quiet_until || mark < silent->quiet_mark || in_flight + 1 < silent->places) {
        return;
    }
    silent->places += silent->tried;
    silent->tried = silent->tried == 0 ? 1 : arithmetic_least(2 * silent->tried, silent->places / 4 + 1);
    silent->quiet_mark = mark + 2 * (silent->places + silent->tried);
}
