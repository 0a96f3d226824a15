/*
 * Workers are killed at any step (DEATHS in all); recovery is cut short at any step (CUTS in all) and run again from the
 * beginning. The coordinator lives: it reaps, respawns, records one artist itself (one that went to quarantine), and its
 * watchdog posts at a free guard (TICKS in all).
 *
 * Safety: the assertions, and no state in which everybody is stuck.
 * Progress: every run ends with every artist recorded, whatever the scheduler does. No fairness is asked for: polls that
 * find nothing are left out, so each step must get somewhere.
 */
#ifndef DEATHS
#define DEATHS 2
#endif
#ifndef CUTS
#define CUTS 2
#endif
#ifndef TICKS
#define TICKS 1
#endif

#include "guard.pml"

byte deaths, cuts, ticks;
bool reaping, over;

/* A worker's life; after a death the same Promela process stands for the one respawned into the slot. */
active [WORKERS] proctype worker()
{
    byte i, old, n;

born:
    {
        do
        /* The coordinator gives out what the board does not show as done; nobody else changes this artist's bit. */
        :: !HAS(guarded[BOARD], ME) ->
            guard_lock(ME);
            record(ME);
            guard_unlock(ME);
#ifdef COMMIT_AFTER_UNLOCK
            journal_commit()
#endif
        :: d_step { HAS(guarded[BOARD], ME) -> ADD(finished, ME) } -> break
        od
    } unless {
        d_step { victim == ME -> vanish(ME); old = 0; n = 0; ADD(dead, ME) };
        !HAS(dead, ME);
        goto born
    }
}

/* The supervising loop. It never waits on the guard: it sleeps (here: blocks) until one of these has something to do. */
active proctype coordinator()
{
    byte i, old, n, slot;

    do
    /* reap */
    :: dead != 0 ->
        pick_dead(slot);
        reaping = true;
        { guard_reap(slot) } unless { d_step { victim == ME -> vanish(ME); n = 0 } };
        d_step {
            if
            :: victim == ME -> victim = 0
            :: else
            fi;
            reaping = false;
            slot = 0
        }

    /* guard_try, for a transaction of its own. A sem_trywait that finds no token changes nothing, and is left out. */
#ifdef COORDINATOR_WAITS
    :: !HAS(guarded[BOARD], ME) ->
        guard_lock(ME);
        record(ME);
        guard_unlock(ME)
#else
    :: guard_try_records(ME)
#endif

    /* watchdog: nobody owns it, so a post is safe; that the owner may change before the post is part of the claim */
    :: ticks < TICKS && owner == FREE ->
        ticks++;
        sem_post()

#ifdef RECOVER_ON_TIMEOUT
    :: owner != FREE ->
        journal_rollback();
        owner = FREE;
        sem_post()
#endif

    :: finished == (1 << WORKERS) - 1 && HAS(guarded[BOARD], ME) -> break
    od;

    atomic {
        assert(owner == FREE && inside == 0 && tokens > 0);
        assert(guarded[BOARD] == ALL_ARTISTS);
        assert_committed_state();
        over = true
    }
}

/* SIGKILL to a worker; for the coordinator it stands for a recovery cut short. */
active proctype killer()
{
end:
    do
    :: d_step { victim == 0 && deaths < DEATHS && !HAS(dead | finished, 1) -> victim = 1; deaths++ }
    :: d_step { victim == 0 && deaths < DEATHS && !HAS(dead | finished, 2) -> victim = 2; deaths++ }
#if WORKERS > 2
    :: d_step { victim == 0 && deaths < DEATHS && !HAS(dead | finished, 3) -> victim = 3; deaths++ }
#endif
    :: d_step { victim == 0 && cuts < CUTS && reaping -> victim = COORDINATOR; cuts++ }
    od
}

#ifdef PROGRESS
ltl progress { <> over }
#endif
