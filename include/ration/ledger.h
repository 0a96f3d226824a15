// The ledger: what each session may spend, has booked and has spent. Admission books one request with its
// estimated tokens at the first moment that suits every bucket of a session; settlement replaces the estimate
// by what the API reported. Each is one transaction under the ledger guard.
#ifndef RATION_LEDGER_H
#define RATION_LEDGER_H

#include "ration/arena.h"
#include "ration/blame.h"
#include "ration/breaker.h"
#include "ration/dimension.h"
#include "ration/limits.h"
#include "ration/provider.h"
#include "ration/session_choice.h"
#include "ration/silent.h"
#include "ration/slot.h"
#include "ration/tier.h"
#include "ration/tokens.h"

#include <stdbool.h>
#include <stdint.h>

// Bookings reach at most this far ahead of now: far enough that a process which wakes a little late loses
// nothing, near enough that a pause finds little to cancel, and a dead worker takes little of the limit with
// it. Who finds no departure within it asks again half of it before the next one, and so books several at a
// time.
#define LEDGER_HORIZON 40000000ULL
#define LEDGER_DIMENSIONS 8U
#define LEDGER_NAME_SIZE 32
#define LEDGER_SAID_SIZE 256

// Limits of one session, as the configuration has them; the answers may tell more.
struct ledger_limits {
    struct limits told;
    // requests that may leave at once after a rest; 0: a tenth of a second's worth, at least 1
    uint64_t burst;
    uint32_t endpoint; // sessions with the same one are slowed together when it is overloaded
    bool fallback;     // it is used only while no other may send
    bool own_price;    // `price` holds for it, instead of that of all
    struct tier_price price;
    uint64_t above; // requests of more input tokens are booked by the next one; 0: none
    struct tier_price price_above;
    enum provider_cached cached;
    struct silent_known known; // what an earlier run found out of a limit that nobody tells
    bool gentle; // while nothing is known of its limits, the first requests do not leave all at once
    bool ramps;  // a limit may exist that nobody told: begin with one request, and more with each answer
};

// For all sessions. Coordinator, before the first spawn.
struct ledger_config {
    enum session_selection selection;
    struct breaker_config breaker;
    // tokens that the provider takes for a request at admission at least; 0: what it estimates
    uint64_t least_charge;
    uint64_t fallback_after; // nanoseconds for which all others have been away before a fallback is used
    uint64_t day_share;      // of each session's daily limits, in millionths, that may be used
    struct tier_price price; // all 0: not known
    uint64_t cost_most;      // nano-dollars that the output may cost over all runs; 0: no limit
    uint64_t cost_run_most;  // likewise of this run alone
    uint64_t longest_answer; // tokens that are asked for at most; 0: no limit is sent
};
void ledger_configure(struct arena *arena, const struct ledger_config *config);
void ledger_set_limits(struct arena *arena, uint32_t session, const struct ledger_limits *limits,
                       uint64_t now);
// What people call it; cut to LEDGER_NAME_SIZE - 1 bytes. Never a secret.
void ledger_set_name(struct arena *arena, uint32_t session, const char *name);
const char *ledger_name(const struct arena *arena, uint32_t session);

// What a request will be charged, as far as can be told before.
struct ledger_estimate {
    uint64_t input, output; // tokens
    bool low;               // an artist of low priority
    enum session_tried tried;
};
// From learned tokens a byte and the learned length of answers.
struct ledger_estimate ledger_estimate(const struct arena *arena, uint64_t input_bytes);

enum ledger_admission {
    LEDGER_BOOKED, // leave at booking.departs
    LEDGER_LATER,  // nothing was booked; ask again at booking.departs, which a pause may put at CLOCK_NEVER
    // no session can be used any more: all are disabled, or the coordinator is dead and the guard with it
    LEDGER_CLOSED,
};

struct ledger_booking {
    uint32_t session;
    bool probe;     // of the session's breaker
    uint64_t input; // booked estimates
    uint64_t output;
    uint64_t counted;                  // of input: what the session's limits are expected to count
    uint64_t departs;                  // monotonic nanoseconds
    uint64_t epoch;                    // the session's epoch at booking; see ledger_valid()
    uint64_t period;                   // of the daily quota
    uint64_t shifted, lost;            // of its session then; see ledger_leave()
    uint64_t mark, others;             // its number among the session's departures; in flight before it
    uint64_t cost;                     // what it may cost at most, in nano-dollars; 0 without prices
    uint64_t after[LEDGER_DIMENSIONS]; // see dimension_mark(); 0: of none
};

// Worker. Books under `slot`. `random` is uniform over 32 bits.
enum ledger_admission ledger_admit(struct arena *arena, uint32_t slot, const struct ledger_estimate *estimate,
                                   uint64_t now, uint32_t random, struct ledger_booking *booking);

// Anyone: bookings of all workers so far.
uint64_t ledger_booked(const struct arena *arena);
// Requests that this slot has booked and not yet ended. For whoever is in the slot: others may see it change.
uint64_t ledger_held_by(const struct arena *arena, uint32_t slot);

// Worker, at departure: false when the session was cooled, parked or disabled, or the run paused, since the
// booking; it must then be cancelled.
bool ledger_valid(const struct arena *arena, const struct ledger_booking *booking);

struct ledger_leaving {
    bool spaced;    // to the moment, as others of its session keep their distance from it
    uint64_t again; // 0: it leaves; else not now, ask again then
};
// Worker, when a valid booking's time has come. Departures of a session whose limit nobody tells keep their
// distance, although processes wake late.
struct ledger_leaving ledger_leave(struct arena *arena, const struct ledger_booking *booking, uint64_t now);

// Worker: the booked request never left, and is no longer booked. The buckets stay as they are;
// ledger_settle.c says why.
void ledger_cancel(struct arena *arena, uint32_t slot, const struct ledger_booking *booking);

// Anyone: true while each answer brings more places, so that it is worth asking again after one.
bool ledger_ramping(const struct arena *arena);

// What the headers of an answer said.
struct ledger_news {
    uint32_t count;
    struct dimension_news of[LEDGER_DIMENSIONS];
};

// Worker: the API did not tell all that an answer took. Returns how many such answers there were before.
uint64_t ledger_count_untold(struct arena *arena);
// Anyone, without the guard.
uint64_t ledger_untold(const struct arena *arena);

// An answer told a limit that is so low that it may be a mistake. It is a tenth or less of the one that held
// before, or of the configuration's. Where none held, it is one request a minute, or fewer tokens than this
// very request was booked for.
struct ledger_lowered {
    enum dimension_unit unit; // DIMENSION_NONE: nothing of the kind
    uint64_t window;
    uint64_t before; // 0: none held
    uint64_t limit;
};

// Why a request could not leave, where waiting alone may not mend it.
enum ledger_unreachable {
    LEDGER_REACHABLE,
    LEDGER_NO_NAME, // the name of its host is not found
    LEDGER_NO_TRUST // no connection can be trusted: certificates, authorities
};

// What a refusal for a limit that nobody tells asks for; see silent.h.
struct ledger_rest {
    bool found;    // it is such a limit
    uint64_t time; // nothing may leave for so long; 0: what is held already suffices
};

// What is known after an attempt. No tokens when the API reported none: the booking is then spent as
// estimated. So it is when the report is absurd: beyond 64 times the estimate and a million more.
struct ledger_usage {
    enum outcome_class outcome;
    enum blame_class blame;   // BLAME_NOTHING: as the outcome has it
    struct blame_row *row;    // of its artist, brought up to date; or NULL
    uint32_t artist;          // its index
    bool wait_told;           // OUTCOME_RATE_LIMITED: the server named a wait,
    uint64_t wait;            // of so many nanoseconds
    struct ledger_rest *rest; // likewise, or NULL: set where the limit is one that nobody tells
    long status;              // 0: none came
    uint32_t least;           // see blame_is_mass()
    bool answer;              // a fault of the answer alone: no news of the session
    bool unsent;              // it never reached the wire: nothing was charged
    bool again;               // its artist has failed before: no news of the session, unless it was the probe
    enum ledger_unreachable unreachable; // why it did not
    struct tokens tokens;
    bool cost_known; // `cost` is, in nano-dollars; else it is in doubt, as estimated
    uint64_t cost;
    bool recorded;        // it stands in the output_bill of an append
    uint64_t input_bytes; // of the request that was answered, to learn tokens a byte; 0: learn nothing
    const struct ledger_news *news; // or NULL
    struct ledger_lowered *lowered; // set by the settlement that lowers a limit so far; or NULL
};
// Worker: the booked request left, or tried to, and ended. False: the session's breaker is open, so the
// failure is the session's and not the artist's.
bool ledger_settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                   const struct ledger_usage *usage, uint64_t now);

// Worker: what came of a row of a batch, which no limit of a minute counts. Of the booking the session, the
// estimates and the cost hold: its share of what is booked for its part, see ledger_part.h; 0: of none.
void ledger_settle_unbooked(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                            const struct ledger_usage *usage);

enum ledger_hold {
    LEDGER_COOL,    // rate limited: this session until `until`
    LEDGER_PARK,    // quota exhausted: this session until `until`
    LEDGER_SLOW,    // overloaded: every session of its endpoint until `until`
    LEDGER_DISABLE, // key refused: this session for good
};
// Worker: no departure of this session before `until` (a later one that is already set stays). Bookings that
// have not departed become invalid. `strikes` consecutive holds of that kind are counted until an answer
// succeeds.
void ledger_hold(struct arena *arena, uint32_t slot, uint32_t session, enum ledger_hold hold, uint64_t until,
                 uint64_t now);
// Coordinator: another machine of the fleet was told to hold this account. It is no strike here. Not
// LEDGER_DISABLE. false: the guard was busy, try again.
bool ledger_hold_heard(struct arena *arena, uint32_t session, enum ledger_hold hold, uint64_t until,
                       uint64_t now);
// How many holds of that kind in a row this session has had.
uint32_t ledger_strikes(const struct arena *arena, uint32_t session, enum ledger_hold hold);

// ---- whose fault it is; see blame.h ----
struct ledger_blame {
    struct blame blame;
    bool held;           // for refusals: one request leaves now and then, as a probe
    uint64_t held_since; // monotonic
    uint64_t probe_at;   // monotonic: when the next may leave; CLOCK_NEVER: it is under way
    uint64_t probes;     // that were refused as well, since then
    bool open;           // it may send now
    bool disabled;
    enum ledger_unreachable unreachable; // of its last request
    uint64_t unreachable_since, unreachable_times;
};
// Anyone, without the guard.
void ledger_blame_look(const struct arena *arena, uint32_t session, uint64_t now, struct ledger_blame *out);
// Anyone: a session other than this one may send now. A fallback counts only where this one may not, or is
// one itself.
bool ledger_elsewhere(const struct arena *arena, uint32_t session, uint64_t now);
// Worker: the session is held for refusals, whatever their number.
void ledger_blame_session(struct arena *arena, uint32_t slot, uint32_t session, uint64_t now);
// Worker: this artist, which the session refused last, has shown to be at fault itself; row->blamed is set.
void ledger_blame_artist(struct arena *arena, uint32_t slot, struct blame_row *row);
// Worker: what the session refused, and how, in words for people; cut to LEDGER_SAID_SIZE - 1 bytes. Never a
// secret.
void ledger_say(struct arena *arena, uint32_t slot, uint32_t session, const char *text);
// Anyone, without the guard. "": nothing yet.
void ledger_said(const struct arena *arena, uint32_t session, char out[LEDGER_SAID_SIZE]);

// Coordinator: nothing is admitted before `until` (monotonic; CLOCK_NEVER: until it is told otherwise), and
// what was booked becomes invalid. 0 ends the pause; workers that were told CLOCK_NEVER must then be rung.
void ledger_pause(struct arena *arena, uint64_t until);
// Anyone: when the pause that holds at `now` ends; 0: there is none.
uint64_t ledger_paused_until(const struct arena *arena, uint64_t now);

// Coordinator: all sessions may send again at once, but for those that are disabled: holds and open breakers
// end, and what answers told of limits is forgotten; the next ones tell it anew. false: the guard was busy,
// try again.
bool ledger_reset_holds(struct arena *arena, uint64_t now);

// Coordinator: the session has a new key. It is no longer disabled, nor held for refusals. false: likewise.
bool ledger_enable(struct arena *arena, uint32_t session);

// Anyone: true for the first who asks for this session and `kind` (below 64), so that what is odd in a
// session's answers is told once.
bool ledger_remark(struct arena *arena, uint32_t session, uint32_t kind);

// Whether what an answer is said to have taken can be true; else it counts as it was booked. One absurd
// answer must not stop a run.
bool ledger_believes(const struct ledger_booking *booking, uint64_t input, uint64_t output);

// ---- money, in nano-dollars ----
// The most that a token costs, and that one of a request of more than `above` input tokens does; 0: likewise.
struct ledger_price {
    struct tier_price usual, longer;
    uint64_t above;
};
// Worker: an answer of that session was charged so. From now on no request of it is booked for less. Before
// the first of them a request of it leaves alone where costs are bounded; and where no longest answer is
// asked for, no more leave at once than there were.
void ledger_dearer(struct arena *arena, uint32_t session, const struct ledger_price *price);

// What was spent, and what may have been: of requests whose answers never came, or did not tell.
struct ledger_paid {
    uint64_t spent; // known to the nano-dollar
    uint64_t doubt; // at most
};
// Nothing is booked that might pass a limit: what is spent or in doubt, what the bookings may add, what one
// more may.
struct ledger_cost {
    uint64_t most;             // of all runs of the output, --max-cost; 0: no limit
    uint64_t run_most;         // of this run, --max-cost-run; 0: no limit
    struct ledger_paid before; // by earlier runs
    struct ledger_paid run;    // by this one
    uint64_t booked;
    uint64_t refused; // by the last request that was not booked for this reason; 0: there was none
    // Of a fleet, which all its machines share: what it has left, held by machines or not; see
    // ledger_budget.h
    bool shared, run_shared;
    uint64_t left, run_left;
};
// Anyone, without the guard.
void ledger_cost_look(const struct arena *arena, struct ledger_cost *cost);
// Coordinator, before the first spawn: what earlier runs have paid for this output.
void ledger_cost_begin(struct arena *arena, const struct ledger_paid *before);
// What an arena says of all runs up to its own: what its transactions did not complete is taken back,
// bookings are in doubt, but for those whose answers were recorded. Exact where nobody uses it any more;
// else, as of a run whose workers outlive it, a look for people.
void ledger_cost_left(const struct arena *arena, struct ledger_paid *paid);

// ---- the daily quota of the whole run ----
// `allowed` requests may leave in a period, those of low priority only while fewer than `low_allowed` have
// left. Exact, over any number of workers: each booking counts, and no more are booked.
struct ledger_quota {
    uint64_t allowed; // 0: no quota
    uint64_t low_allowed;
    uint64_t used;   // in this period
    uint64_t period; // 1, 2, …
};
// Coordinator, before the first spawn.
void ledger_quota_set(struct arena *arena, const struct ledger_quota *quota);
// Coordinator: a new period begins now, with nothing used. false: the guard was busy, try again. Workers must
// then be rung.
bool ledger_quota_renew(struct arena *arena);
// Anyone, without the guard.
void ledger_quota_look(const struct arena *arena, struct ledger_quota *quota);

// ---- a fleet's grants ----
// What a session may take of a metered dimension, over all workers: booked or settled, never more than was
// granted, but for what an answer took beyond its estimate. Both only grow, but for what comes back: it stays
// as far as the fleet knows of so much here.
struct ledger_meter {
    uint64_t granted, taken; // units; they wrap
    uint64_t size;           // units that a request takes, about; 0: not known yet
    uint64_t short_of;       // the most that one request asked for in vain since the last look; 0: none did
    uint64_t heard;          // the limit by the answers; 0: none
    bool refills; // the provider's own bucket was seen to refill all the time, and to hold two seconds' worth
};
// Coordinator, before the first spawn: nothing of it may be taken from now on but what is granted. false: the
// session has no such dimension.
bool ledger_meter(struct arena *arena, uint32_t session, enum dimension_unit unit, uint64_t window);
// Coordinator: what holds when nobody is amid a transaction, and is told to the fleet next. `keep` false:
// what is not taken is given back before. false: the guard was busy, try again.
bool ledger_meter_look(struct arena *arena, uint32_t session, enum dimension_unit unit, uint64_t window,
                       bool keep, struct ledger_meter *meter);
// Coordinator: `units` more may be taken. Workers that wait for them must then be rung. false: likewise.
bool ledger_grant(struct arena *arena, uint32_t session, enum dimension_unit unit, uint64_t window,
                  uint64_t units);

// Coordinator, after reaping `slot`: its bookings count as spent, because the provider may have billed them.
// false: the guard was busy, try again; the slot must not be used before.
bool ledger_reclaim(struct arena *arena, uint32_t slot);

// A look without the guard: good for people and policies, not exact.
struct ledger_dimension {
    enum dimension_unit unit; // DIMENSION_NONE: not in use
    uint64_t window;          // nanoseconds
    uint64_t limit;
    bool heard;           // an answer told the limit
    uint64_t level;       // what could leave at once
    uint64_t remaining;   // as the provider sees it
    bool fixed;           // a window that ends at `resets`; else it refills all the time
    uint64_t resets;      // monotonic: when it is full, or a new window begins; 0: not known
    uint64_t taken;       // so far, net; wraps. Its difference over a minute is the use of that minute
    uint64_t others_pace; // units a window that somebody else takes
    uint64_t others_total;
    uint64_t free_at; // when one more unit may leave
};
struct ledger_state {
    bool disabled;
    uint64_t not_before; // monotonic; 0: free
    enum ledger_hold hold;
    uint64_t booked_requests, booked_tokens;
    uint64_t spent_requests, spent_tokens;
    uint64_t uncounted; // input tokens of a request that its limits do not count, as learned
    uint64_t last_used; // monotonic; 0: never
    enum outcome_class last_error;
    uint64_t last_error_at; // monotonic; 0: never
    uint64_t outcome[OUTCOME_OF_ATTEMPT];
    uint64_t health;  // of SESSION_HEALTH_WHOLE
    uint64_t skipped; // admissions that passed it over because it was held, disabled or its breaker open
    struct breaker breaker;
    struct silent_known silent; // what is found out of a limit that nobody tells
    bool silent_refused;        // it has one
    struct ledger_dimension dimension[LEDGER_DIMENSIONS];
};
void ledger_look(const struct arena *arena, uint32_t session, uint64_t now, struct ledger_state *state);

#endif
