// What a member tells a fleet that it could use of one bucket. Pure. A wrong want wastes a moment of
// somebody's share, and never breaks a limit: what may be spent is what was granted.
#ifndef RATION_MEMBER_WANT_H
#define RATION_MEMBER_WANT_H

#include <stdbool.h>
#include <stdint.h>

struct member_want_facts {
    bool works;             // there is something to send, and its session may send
    bool soon;              // its own pace lets something leave before the next tick
    uint64_t limit, window; // of the account; nanoseconds
    uint64_t size;          // units that a request takes, about; at least 1
    uint64_t taken;         // since the last tick
    uint64_t elapsed;       // nanoseconds since then; 0: it is the first
    uint64_t short_of;      // the most that one request asked for in vain since then; 0: none did
};

struct member_want {
    uint64_t want;  // thousandths of a unit a second
    uint64_t least; // units that it needs to send anything at all
};

struct member_want member_want(const struct member_want_facts *facts);

// Likewise of an amount that the fleet shares: what is held for a second, and no more.
struct member_want_budget {
    bool works;
    uint64_t size;     // units that were last asked for in vain; 0: none were yet
    uint64_t taken;    // since the last tick
    uint64_t elapsed;  // nanoseconds since then; 0: it is the first
    uint64_t before;   // units a second that it wanted then
    uint64_t short_of; // the most that one request asked for in vain since then; 0: none did
};
struct member_want_portion {
    uint64_t want; // units a second
    uint64_t least;
};
struct member_want_portion member_want_budget(const struct member_want_budget *facts);

// Artists that are leased, and may be asked once the fleet knows.
struct member_want_work {
    uint64_t pace; // artists a second
    uint32_t workers, in_flight;
    uint64_t begun; // may be asked, and have no verdict
};
// How many more are to be begun at once; 0: there is enough for now. Few, since all of them are in doubt when
// this machine dies; and so many that nobody waits for the database.
uint64_t member_want_begun(const struct member_want_work *work);

#endif
