// Crash points: named places at which a test lets a process die, or pause, as if it had been killed or preempted just there.
// They exist only when compiled with -DCRASH_POINTS; otherwise each of the macros is nothing.
//
// The environment chooses. RATION_CRASH holds up to CRASH_POINT_SPECS words ROLE:POINT:PASS[:TIMES[:pause]]:
//   ROLE   worker or coordinator: what the program must be
//   POINT  a name of the lists below; those that exist for each guard begin with "ledger." or "output."
//   PASS   dies at its PASS-th pass, counted by each process for itself; or @N: at each pass that concerns artist N
//   TIMES  how many processes do so in the whole run (1)
//   pause  sleeps for CRASH_POINT_PAUSE instead of dying
// RATION_CRASH_FILE names a file of CRASH_POINT_SPECS 64-bit counters, 0 at first: how often each word has struck.
// RATION_CRASH_NO_WATCHDOG, if set, keeps the watchdog from posting, which would hide a lost token.
#ifndef RATION_CRASH_POINT_H
#define RATION_CRASH_POINT_H

#include <stddef.h>
#include <stdint.h>

#define CRASH_POINT_SPECS 4
#define CRASH_POINT_PAUSE 150000000L // nanoseconds

// Points of the guard and its journal; each exists once for each guard.
#define CRASH_POINT_GUARD_LIST(X)                                                                                      \
    X(token_taken) X(swap_lost) X(owned) X(acquired)                                                                   \
    X(unlock_begun) X(owner_cleared) X(posted)                                                                         \
    X(reap_begun) X(reap_swapped) X(reap_rolled_back) X(reap_cleared) X(reap_posted)                                   \
    X(takeover_swapped) X(takeover_rolled_back)                                                                        \
    X(entry_written) X(entry_counted) X(word_stored) X(commit_begun) X(committed)                                      \
    X(rollback_begun) X(rollback_word) X(rollback_restored) X(rollback_repaired)

// All others, in the order of an artist's way.
#define CRASH_POINT_LIST(X)                                                                                            \
    X(spawn_prepared) X(spawned) X(order_listed) X(order_given) X(order_begun) X(claim_begun) X(claimed)               \
    X(admit_locked) X(admit_taken) X(admit_booked) X(admit_unlocked)                                                   \
    X(attempt_begun) X(attempt_ended)                                                                                  \
    X(append_locked) X(append_marked) X(append_half_written) X(append_written) X(append_committed) X(append_unlocked)  \
    X(cut_back)                                                                                                        \
    X(settle_unbooked) X(settle_adjusted) X(settle_spent) X(settle_unlocked)                                           \
    X(cancel_unbooked) X(cancel_refunded) X(cancel_unlocked)                                                           \
    X(hold_counted) X(hold_set) X(hold_unlocked)                                                                       \
    X(reaped) X(guard_freed) X(guards_freed)                                                                           \
    X(reclaim_locked) X(reclaim_spent) X(reclaim_cleared) X(reclaim_unlocked)                                          \
    X(range_returned) X(artists_returned) X(slot_cleared)                                                              \
    X(quarantine_begun) X(quarantine_appended) X(quarantine_ended)

enum crash_point {
#define CRASH_POINT_GUARD_ENUM(name) CRASH_LEDGER_##name, CRASH_OUTPUT_##name,
    CRASH_POINT_GUARD_LIST(CRASH_POINT_GUARD_ENUM)
#undef CRASH_POINT_GUARD_ENUM
#define CRASH_POINT_ENUM(name) CRASH_##name,
    CRASH_POINT_LIST(CRASH_POINT_ENUM)
#undef CRASH_POINT_ENUM
    CRASH_POINTS_END
};

#define CRASH_POINT_NO_ARTIST UINT32_MAX

#ifdef CRASH_POINTS
struct arena;

// "ledger.owned", "append_written", …
const char *crash_point_name(enum crash_point point);
// Passes the point: dies or pauses there if the environment says so.
void crash_point_pass(enum crash_point point, uint32_t artist);
// Likewise, but dies after the first half of the text was written to fd.
void crash_point_tear(enum crash_point point, int fd, const char *text, size_t length);
// Panics unless arena_check() finds everything in order and nobody inside.
void crash_point_check(const struct arena *arena, const int *fd);
int crash_point_no_watchdog(void);

#define CRASH_POINT(name) crash_point_pass(CRASH_##name, CRASH_POINT_NO_ARTIST)
#define CRASH_POINT_GUARD(name, id) crash_point_pass((enum crash_point)(CRASH_LEDGER_##name + (id)), CRASH_POINT_NO_ARTIST)
#define CRASH_POINT_ARTIST(name, artist) crash_point_pass(CRASH_##name, artist)
#define CRASH_POINT_TEAR(name, fd, text, length) crash_point_tear(CRASH_##name, fd, text, length)
#define CRASH_POINT_CHECK(arena, fd) crash_point_check(arena, fd)
#define CRASH_POINT_NO_WATCHDOG crash_point_no_watchdog()
#else
#define CRASH_POINT(name) ((void)0)
#define CRASH_POINT_GUARD(name, id) ((void)(id))
#define CRASH_POINT_ARTIST(name, artist) ((void)(artist))
#define CRASH_POINT_TEAR(name, fd, text, length) ((void)(fd))
#define CRASH_POINT_CHECK(arena, fd) ((void)(arena))
#define CRASH_POINT_NO_WATCHDOG 0
#endif

#endif
