// A limit that nobody tells: how fast, or how many at once, a session may send, found from what is taken and
// what is refused. What was accepted between two moments at which the server's bucket was empty is what it
// refills. Pure; one for each session, kept in guarded words, so that all workers share it.
//
// Departures are numbered (mark). All that left and was not refused counts as accepted: refusals come back
// long before answers do.
#ifndef RATION_SILENT_H
#define RATION_SILENT_H

#include <stdbool.h>
#include <stdint.h>

enum silent_form {
    SILENT_NONE,  // nothing was refused yet
    SILENT_RATE,  // so many a second: departures are `gap` apart
    SILENT_PLACES // so many at once
};

// All words of 64 bits. Times are monotonic nanoseconds, all 0 at the beginning.
struct silent {
    uint64_t form;   // enum silent_form
    uint64_t gentle; // 1: the first departures of all come ever sooner one after the other, not all at once
    uint64_t gap;    // RATE: nanoseconds between departures, now
    uint64_t paced;  // RATE: when the next one is due
    uint64_t found;  // RATE: `gap` of the limit, as far as it is found out; 0: not yet
    uint64_t best;   // RATE: the gap that was kept to for long, and is believed less with each refusal
    uint64_t agreed; // so many estimates in a row agree on it
    uint64_t top;    // RATE: searching: at this gap it was refused; 0: no such is known
    uint64_t searching;  // RATE: 1: the limit is not yet enclosed
    uint64_t growth;     // RATE: by so much the pace grows in a second, in SILENT_WHOLE; 0: not now
    uint64_t burst;      // what the server's bucket may hold,
    uint64_t burst_ramp; // as it was counted while departures grew e times in so many nanoseconds
    uint64_t margin;     // the pace stays so far below the limit, in SILENT_WHOLE
    uint64_t empty_at;   // the last departure that was refused
    uint64_t begun;      // the first departure after that; 0: none yet
    uint64_t begun_mark; // its number
    uint64_t begun_gap;  // and the gap then
    uint64_t grown_at;   // when the pace began to grow in this round
    uint64_t bursting;   // so many are refused of a burst that is not counted yet,
    uint64_t burst_mark; // which began with that departure
    uint64_t step[2];    // two later departures, so that a pace that grows has a recent mean
    uint64_t step_mark[2];
    uint64_t quiet_until; // nothing is tried before,
    uint64_t quiet_mark;  // nor before that departure
    uint64_t wait;        // how long refusals have us wait
    uint64_t vain;        // refusals in a row with nothing accepted between
    uint64_t places;      // PLACES: so many at once
    uint64_t tried;       // PLACES: so many more are tried
    uint64_t together;    // refused with the latest refusal,
    uint64_t spared;      // of which so many were only tried
    uint64_t alike;       // refusals in a row, too early for a rate, with as many in flight,
    uint64_t alike_at;    // namely so many
    uint64_t over;        // departures of this round with no fewer in flight
    uint64_t vexed;       // refusals in a row with places left
    uint64_t doubt;       // how often places turned out to be none
    uint64_t refusals;    // that closed a round
    uint64_t pool;        // RATE: so many were accepted lately,
    uint64_t pool_time;   // in so many nanoseconds, without rests in which a full bucket refills nothing
    uint64_t shorts;      // RATE: very short rounds in a row
    uint64_t balanced;    // RATE: so fast it grows again after each refusal, in SILENT_WHOLE; 0: not so
    uint64_t windowed;    // RATE: rests in vain before this round, as where a window must end
    uint64_t crowd;       // so many are refused with the latest refusal,
    uint64_t crowds;      // and with one lately, in SILENT_WHOLE
};

#define SILENT_WHOLE UINT64_C(65536)

// When a request may leave, not before `now`; `again`, where a place must come free.
uint64_t silent_earliest(const struct silent *silent, uint64_t in_flight, uint64_t now, uint64_t again);

// Whether a departure changes anything: not always, while nothing was refused.
bool silent_minds(const struct silent *silent, uint64_t at, uint64_t mark);
// A request leaves at `at`, as departure number `mark`, with `in_flight` others under way.
void silent_take(struct silent *silent, uint64_t at, uint64_t mark, uint64_t in_flight);

// RATE: departures that are late by up to so much are made good at once.
uint64_t silent_slack(const struct silent *silent);

struct silent_refusal {
    uint64_t departed, mark; // as it was taken
    uint64_t taken;          // of the latest that was taken
    uint64_t in_flight;      // others under way then,
    uint64_t present;        // and now
    bool told;               // the server named a wait
    uint64_t wait;           // of so many nanoseconds
    uint64_t now;
};
// A request was refused for a limit. Returns how long nothing may leave: exactly the wait that the server
// named, as long as it accepts something now and then, else what the pace needs; a day at most.
uint64_t silent_refuse(struct silent *silent, const struct silent_refusal *refusal);

// Known from an earlier run.
struct silent_known {
    enum silent_form form;
    uint64_t gap, burst, places; // as above
};
void silent_begin(struct silent *silent, const struct silent_known *known);
// What is worth keeping; form SILENT_NONE where nothing is.
struct silent_known silent_known(const struct silent *silent);

// A second; 0 where it is no rate.
double silent_rate_found(const struct silent_known *known);
// "finds out the limit: about 98 a second"
#define SILENT_WORDS 80
void silent_words(const struct silent_known *known, char out[SILENT_WORDS]);

#endif
