// Crash points: named places at which a test lets a process die, or pause, as if it had been killed or
// preempted just there. They exist only when compiled with -DCRASH_POINTS; otherwise each of the macros is
// nothing.
//
// The environment chooses. RATION_CRASH holds up to CRASH_POINT_SPECS words ROLE:POINT:PASS[:TIMES[:pause]]:
//   ROLE   worker or coordinator: what the program must be
//   POINT  a name of the lists below; those that exist for each guard begin with "ledger." or "output."
//   PASS   dies of SIGKILL at its PASS-th pass, counted by each process for itself; or @N: crashes at each
//          pass that concerns artist number N
//   TIMES  how many processes do so in the whole run (1)
//   pause  sleeps for CRASH_POINT_PAUSE instead of dying
// RATION_CRASH_FILE names a file of CRASH_POINT_SPECS 64-bit counters, 0 at first: how often each word has
// struck. RATION_CRASH_NO_WATCHDOG, if set, keeps the watchdog from posting, which would hide a lost token.
#ifndef RATION_CRASH_POINT_H
#define RATION_CRASH_POINT_H

#include <stddef.h>
#include <stdint.h>

#define CRASH_POINT_SPECS 4
#define CRASH_POINT_PAUSE 150000000L // nanoseconds

// Points of the guard and its journal, each of which exists once for each guard; and who passes them: W
// workers, C the coordinator, B both, O orphaned workers.
// clang-format off
#define CRASH_POINT_GUARD_LIST(X)                                                                         \
    X(token_taken, B) X(swap_lost, W) X(owned, B) X(acquired, B)                                          \
    X(entry_written, B) X(entry_counted, B) X(word_stored, B) X(commit_begun, B) X(committed, B)          \
    X(unlock_begun, B) X(owner_cleared, B) X(posted, B)                                                   \
    X(reap_begun, C) X(reap_swapped, C) X(rollback_begun, C) X(rollback_word, C) X(rollback_restored, C)  \
    X(rollback_repaired, C) X(reap_rolled_back, C) X(reap_cleared, C) X(reap_posted, C)                   \
    X(takeover_swapped, O) X(takeover_rolled_back, O)

// All others, in the order of an artist's way; and those that errors or the coordinator's death lead to. P: a
// worker in batch mode, whose cases are in tests/scenario/100-batch-crash.t. F: the coordinator of a fleet.
#define CRASH_POINT_LIST(X)                                                                               \
    X(spawn_prepared, C) X(spawned, C) X(order_listed, C) X(order_given, C)                               \
    X(order_begun, W) X(claim_begun, W) X(claimed, W)                                                     \
    X(admit_locked, W) X(admit_taken, W) X(admit_booked, W) X(admit_unlocked, W) X(attempt_begun, W)      \
    X(append_locked, B) X(append_marked, B) X(append_half_written, B) X(append_written, B)                \
    X(append_committed, B) X(append_unlocked, B) X(attempt_ended, W)                                      \
    X(settle_unbooked, W) X(settle_adjusted, W) X(settle_refused, W) X(settle_spent, W) X(settle_unlocked, W)                  \
    X(hold_counted, W) X(hold_set, W) X(hold_unlocked, W) X(cancel_unbooked, W) X(cancel_unlocked, W)     \
    X(reaped, C) X(guard_freed, C) X(cut_back, C) X(guards_freed, C)                                      \
    X(reclaim_locked, C) X(reclaim_spent, C) X(reclaim_cleared, C) X(reclaim_unlocked, C)                 \
    X(range_returned, C) X(artists_returned, C) X(slot_cleared, C)                                        \
    X(quarantine_begun, C) X(quarantine_appended, C) X(quarantine_ended, C)                               \
    X(followers_begun, C) X(followers_appended, C)                                                        \
    X(batch_noting, P) X(batch_noted, P) X(batch_written, P) X(batch_creating, P) X(batch_answered, P)    \
    X(batch_created, P) X(batch_ended, P) X(unbooked_cost, P) X(unbooked_unlocked, P)                     \
    X(batch_recorded, P) X(part_booked, P) X(part_unlocked, P) X(granted, F) X(budget_set, F)      \
    X(hold_heard, F) X(breaker_set, F)

enum crash_point {
#define CRASH_POINT_GUARD_ENUM(name, who) CRASH_LEDGER_##name, CRASH_OUTPUT_##name,
    CRASH_POINT_GUARD_LIST(CRASH_POINT_GUARD_ENUM)
#undef CRASH_POINT_GUARD_ENUM
#define CRASH_POINT_ENUM(name, who) CRASH_##name,
    CRASH_POINT_LIST(CRASH_POINT_ENUM)
#undef CRASH_POINT_ENUM
    CRASH_POINTS_END
};
// clang-format on

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
#define CRASH_POINT_GUARD(name, id) \
    crash_point_pass((enum crash_point)(CRASH_LEDGER_##name + (id)), CRASH_POINT_NO_ARTIST)
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
