/*
 * The coordinator is killed at any step (also inside its own transaction, and in the middle of a recovery), and workers too
 * (DEATHS in all). Nobody is reaped any more and nobody posts for the dead, so the orphans have two rules of their own. They
 * know of the death for certain, by EOF on a pipe; a signal or a bounded wait gets them out of sem_wait to look.
 *
 *   1. owner is COORDINATOR: CAS COORDINATOR -> self, roll back, go on. No other owner is ever taken over: that a sibling
 *      is dead is known only to its parent.
 *   2. Otherwise post once, as reaping would: the coordinator may have died with a token in hand, or owing a post.
 *
 * An orphan whose wait runs out gives up: its answers stay unrecorded and are told as in doubt. The model shows when that is:
 * only if a worker died unreaped, either owning the guard, or with a token after the orphans had posted.
 * -DORPHANS_POLL puts another rule in the place of 2: an orphan whose bounded wait ends tries CAS 0 -> self without a token.
 * Then it gives up only if a dead worker owns the guard.
 *
 * Broken variants: ORPHAN_NO_POST (assertion), TAKEOVER_WITHOUT_EOF (assertion), TAKEOVER_BY_STORE (assertion),
 * TAKEOVER_NO_ROLLBACK (assertion).
 */
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef FAULTS
#define FAULTS 0
#endif

#include "guard.pml"

#define ALL_WORKERS ((1 << WORKERS) - 1)

bool eof;                           /* the coordinator is dead; read from the pipe by those that look */
bool over;
byte gave_up;                       /* set: orphans that stopped waiting */
byte deaths;
bool late_death;                    /* a worker died after the coordinator */

/* Rule 1 */
inline take_over(me) {
#ifdef TAKEOVER_BY_STORE
    owner == COORDINATOR;
    d_step { owner = me; assert(inside == 0); ADD(inside, me) };
#else
    d_step { owner == COORDINATOR -> owner = me; assert(inside == 0); ADD(inside, me) };
#endif
#ifdef TAKEOVER_NO_ROLLBACK
    journal_count = 0;
#else
    journal_rollback();
#endif
    atomic { assert_committed_state(); forget_the_past() }
}

/* What gets a worker out of futex_wait, by EINTR or by the end of a bounded wait; and keeps it from going (back) to sleep. */
#ifdef ORPHANS_POLL
#define MUST_LOOK (eof && (!orphan || owner == FREE))
#else
#define MUST_LOOK (eof && !orphan)
#endif

/* guard_lock of a worker, with what an orphan does in it. */
inline guard_lock_or_orphan(me) {
    do
    :: d_step { eof && !orphan -> orphan = true };
        if
        :: take_over(me) -> break
        :: owner != COORDINATOR
#if !defined(ORPHAN_NO_POST) && !defined(ORPHANS_POLL)
            -> sem_post()
#endif
        fi
#ifdef TAKEOVER_WITHOUT_EOF
    :: take_over(me) -> break
#endif
#ifdef ORPHANS_POLL
    :: orphan && owner == FREE ->
        if
        :: cas_won(me) -> break
        :: cas_lost()
        fi
#endif
    :: d_step { tokens > 0 -> tokens-- } ->
        if
        :: cas_won(me) -> break
        :: cas_lost()
        fi
    :: d_step { tokens == 0 && !MUST_LOOK -> ADD(asleep, me) } ->
        if
        :: !HAS(asleep, me)
        :: d_step { MUST_LOOK -> DROP(asleep, me) }
        :: d_step { timeout && orphan -> DROP(asleep, me); ADD(gave_up, me) } -> break
        fi
    od
}

active [WORKERS] proctype worker()
{
    byte i, old, n;
    bool orphan;

born:
    {
        do
        :: !HAS(guarded[BOARD], ME) && !HAS(gave_up, ME) ->
            guard_lock_or_orphan(ME);
            if
            :: !HAS(gave_up, ME) ->
                record(ME);
                guard_unlock(ME)
            :: HAS(gave_up, ME)
            fi
        :: d_step { HAS(guarded[BOARD], ME) || HAS(gave_up, ME) -> ADD(finished, ME) } -> break
        od
    } unless {
        d_step { victim == ME -> vanish(ME); old = 0; n = 0; orphan = false; late_death = late_death || eof; ADD(dead, ME) };
end:
        !HAS(dead, ME);
        goto born
    }
}

active proctype coordinator()
{
    byte i, old, n, slot;

    {
        do
        :: dead != 0 ->
            pick_dead(slot);
            guard_reap(slot);
            slot = 0
        :: guard_try_records(ME)
        :: finished == ALL_WORKERS && HAS(guarded[BOARD], ME) -> break
        od;
        atomic {
            assert(guarded[BOARD] == ALL_ARTISTS && owner == FREE);
            assert_committed_state();
            ADD(finished, ME);
            over = true
        }
    } unless {
        d_step { victim == ME -> vanish(ME); n = 0; old = 0; slot = 0; eof = true }
    }
}

/* The next --resume: it waits until the lock is free, which is when the last orphan is gone, and reads the file alone. */
active proctype resume()
{
end:
    eof && (finished | dead) == ALL_WORKERS;
    atomic {
        assert(gave_up == 0 || (owner != FREE && HAS(dead, owner)) || late_death);
#ifdef ORPHANS_POLL
        assert(gave_up == 0 || (owner != FREE && HAS(dead, owner)));
#endif
        if
        :: owner == FREE -> assert_committed_state()
        :: else
        fi;
        /* Whatever happened: each artist the board calls done has a whole line, none has two, and only the end is torn. */
        seen = 0;
        k = 0;
        do
        :: k + 1 < file_length ->
            assert(file[k] >= 1 && file[k] <= ARTISTS && file[k + 1] == TAIL(file[k]));
            assert(!HAS(seen, file[k]));
            ADD(seen, file[k]);
            k = k + LINE
        :: else -> break
        od;
        assert((guarded[BOARD] & ~seen) == 0);
        over = true
    }
}

active proctype killer()
{
    do
    :: d_step { victim == 0 && !eof && !HAS(finished, COORDINATOR) -> victim = COORDINATOR }
    :: d_step { victim == 0 && deaths < DEATHS && !HAS(dead | finished, 1) -> victim = 1; deaths++ }
    :: d_step { victim == 0 && deaths < DEATHS && !HAS(dead | finished, 2) -> victim = 2; deaths++ }
#if WORKERS > 2
    :: d_step { victim == 0 && deaths < DEATHS && !HAS(dead | finished, 3) -> victim = 3; deaths++ }
#endif
    :: true -> break
    od
}

#ifdef PROGRESS
ltl progress { <> over }
#endif
