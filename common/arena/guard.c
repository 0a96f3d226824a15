// The guard's protocol. `token` only wakes; the compare-and-swap on `owner` alone is ownership.
//
//   lock    wait for a token; owner 0 -> me. If that fails the token was surplus: it is swallowed, never
//           posted back.
//   unlock  journal empty; owner <- 0; only then post. The other way round a woken process would find the old
//           owner, swallow the only token, and everyone would sleep.
//   reap    after waitpid(2): if the dead process owned it: roll back, owner <- 0. In every case one post:
//           the dead one may have held a token without being the owner (between wait and swap, or between the
//           two stores of unlock). A surplus token costs one swallow; a missing one is a deadlock.
//
// The coordinator never waits here, because the owner may be a corpse that only it can reap. While it rolls
// back for a dead worker it is the owner itself, so that, if it dies too, its orphaned workers can tell, and
// take over.
#include "ration/guard.h"

#include "arena/journal.h"
#include "arena/layout.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/log.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

// A waiter looks this often whether its coordinator still lives; nothing is recovered on the timeout as such.
#define LOOK_INTERVAL (100 * CLOCK_MS)

static struct layout_guard *guard_of(const struct arena *arena, enum guard_id id) {
    return &arena->header->guard[id];
}

static bool swap_owner(struct layout_guard *guard, uint32_t from, uint32_t to) {
    return atomic_compare_exchange_strong_explicit(&guard->owner, &from, to, memory_order_acquire,
                                                   memory_order_relaxed);
}

static void post(struct layout_guard *guard) {
    if (sem_post(&guard->token) != 0 && errno != EOVERFLOW) {
        log_panic("sem_post failed: errno %d", errno);
    }
}

// Counts the acquisition. Only the owner writes it, so it needs no read-modify-write.
static void acquired(struct layout_guard *guard) {
    uint64_t n = atomic_load_explicit(&guard->acquisitions, memory_order_relaxed);
    atomic_store_explicit(&guard->acquisitions, n + 1, memory_order_relaxed);
}

// With a token in hand.
static bool claim(struct layout_guard *guard, enum guard_id id, uint32_t slot) {
    CRASH_POINT_GUARD(token_taken, id);
    bool won = swap_owner(guard, 0, slot + 1);
    if (won) {
        CRASH_POINT_GUARD(owned, id);
    }
    if (!won) {
        CRASH_POINT_GUARD(swap_lost, id);
    }
    return won;
}

void guard_set_repair(struct arena *arena, enum guard_id id, guard_repair *repair, void *context) {
    arena->repair[id] = repair;
    arena->repair_context[id] = context;
}

void guard_orphaned(struct arena *arena) {
    arena->orphaned = true;
}

bool guard_try(struct arena *arena, enum guard_id id, uint32_t slot) {
    struct layout_guard *guard = guard_of(arena, id);
    int result;
    do {
        result = sem_trywait(&guard->token);
    } while (result != 0 && errno == EINTR);
    if (result != 0 || !claim(guard, id, slot)) {
        return false;
    }
    acquired(guard);
    CRASH_POINT_GUARD(acquired, id);
    return true;
}

// Waits for a token until `until`. false: none came.
static bool wait_token(struct layout_guard *guard, uint64_t until) {
    struct timespec at = {.tv_sec = (time_t)(until / CLOCK_SECOND), .tv_nsec = (long)(until % CLOCK_SECOND)};
    while (sem_clockwait(&guard->token, CLOCK_MONOTONIC, &at) != 0) {
        if (errno == ETIMEDOUT) {
            return false;
        }
        if (errno != EINTR) {
            log_panic("sem_clockwait failed: errno %d", errno);
        }
    }
    return true;
}

// An orphan needs no token: nobody is left who would post for the dead coordinator. The swap alone is
// ownership.
static bool take_over(struct arena *arena, enum guard_id id, uint32_t slot) {
    struct layout_guard *guard = guard_of(arena, id);
    if (swap_owner(guard, 0, slot + 1)) {
        return true;
    }
    if (!swap_owner(guard, GUARD_COORDINATOR + 1, slot + 1)) {
        return false;
    }
    CRASH_POINT_GUARD(takeover_swapped, id);
    if (journal_rollback(arena, id) != 0) {
        log_fatal("disk", "cannot cut the output back after the coordinator's death: errno %d", errno);
        _exit(1);
    }
    CRASH_POINT_GUARD(takeover_rolled_back, id);
    atomic_fetch_add_explicit(&guard->recoveries, 1, memory_order_relaxed);
    return true;
}

bool guard_lock(struct arena *arena, enum guard_id id, uint32_t slot, uint64_t deadline) {
    if (guard_try(arena, id, slot)) {
        return true;
    }
    struct layout_guard *guard = guard_of(arena, id);
    atomic_fetch_add_explicit(&guard->waits, 1, memory_order_relaxed);
    for (;;) {
        uint64_t now = clock_now();
        if (now >= deadline) {
            return false;
        }
        uint64_t until = now + LOOK_INTERVAL < deadline ? now + LOOK_INTERVAL : deadline;
        if (wait_token(guard, until)) {
            if (claim(guard, id, slot)) {
                break;
            }
            continue;
        }
        if (!arena->orphaned && getppid() != (pid_t)arena->header->coordinator) {
            arena->orphaned = true;
        }
        if (arena->orphaned && take_over(arena, id, slot)) {
            break;
        }
        // The owner may be a corpse that nobody will reap any more.
        if (arena->orphaned && deadline == CLOCK_NEVER) {
            return false;
        }
    }
    acquired(guard);
    CRASH_POINT_GUARD(acquired, id);
    return true;
}

void guard_unlock(struct arena *arena, enum guard_id id, uint32_t slot) {
    struct layout_guard *guard = guard_of(arena, id);
    if (atomic_load_explicit(&guard->owner, memory_order_relaxed) != slot + 1 || !journal_empty(arena, id)) {
        log_panic("guard %d: unlock by slot %u, which does not own it or has not ended its transaction",
                  (int)id, slot);
    }
    CRASH_POINT_GUARD(unlock_begun, id);
    atomic_store_explicit(&guard->owner, 0, memory_order_release);
    CRASH_POINT_GUARD(owner_cleared, id);
    post(guard);
    CRASH_POINT_GUARD(posted, id);
}

int guard_reap(struct arena *arena, enum guard_id id, uint32_t slot) {
    struct layout_guard *guard = guard_of(arena, id);
    uint32_t coordinator = GUARD_COORDINATOR + 1;
    CRASH_POINT_GUARD(reap_begun, id);
    // The coordinator as owner: an earlier call was cut short after the swap.
    if (swap_owner(guard, slot + 1, coordinator) ||
        atomic_load_explicit(&guard->owner, memory_order_acquire) == coordinator) {
        CRASH_POINT_GUARD(reap_swapped, id);
        if (journal_rollback(arena, id) != 0) {
            return -1;
        }
        CRASH_POINT_GUARD(reap_rolled_back, id);
        atomic_fetch_add_explicit(&guard->recoveries, 1, memory_order_relaxed);
        atomic_store_explicit(&guard->owner, 0, memory_order_release);
        CRASH_POINT_GUARD(reap_cleared, id);
    }
    post(guard);
    CRASH_POINT_GUARD(reap_posted, id);
    return 0;
}

int guard_watch(struct arena *arena, enum guard_id id) {
    struct layout_guard *guard = guard_of(arena, id);
    uint64_t acquisitions = atomic_load_explicit(&guard->acquisitions, memory_order_relaxed);
    uint32_t owner = atomic_load_explicit(&guard->owner, memory_order_relaxed);
    bool still = acquisitions == arena->watched[id];
    int suspect = -1;
    if (still && owner == 0) {
        if (!CRASH_POINT_NO_WATCHDOG) {
            post(guard);
        }
    } else if (still && owner == arena->watched_owner[id] && owner <= BOUNDS_SLOTS) {
        suspect = (int)owner - 1;
    }
    arena->watched[id] = acquisitions;
    arena->watched_owner[id] = owner;
    return suspect;
}

struct guard_figures guard_figures(const struct arena *arena, enum guard_id id) {
    struct layout_guard *guard = guard_of(arena, id);
    return (struct guard_figures){
        .acquisitions = atomic_load_explicit(&guard->acquisitions, memory_order_relaxed),
        .waits = atomic_load_explicit(&guard->waits, memory_order_relaxed),
        .recoveries = atomic_load_explicit(&guard->recoveries, memory_order_relaxed),
    };
}
