/*
 * The guard and its journal, as DESIGN words them: what both models share.
 *
 *   reaping.pml   workers die at any step, recovery is cut short, the coordinator lives
 *   orphans.pml   the coordinator dies too, and its workers go on without it
 *
 * One statement (or one d_step) is one store, load, compare-and-swap or system call; a death can fall between any two.
 * Parameter `me` is what the owner word holds: slot + 1 for a worker, COORDINATOR for the coordinator.
 *
 * BROKEN VARIANTS. Each #ifdef below is one fault put into the protocol with -D. tests/model/run demands that every one is
 * caught. The word after the name tells how it shows: a failed assertion, a deadlock, or a livelock.
 *   NO_POST_AT_REAP                 deadlock
 *   POST_ONLY_IF_DEAD_OWNED         deadlock   death between the two stores of unlock, or with a token in hand
 *   POST_BEFORE_OWNER_CLEARED       deadlock   the woken one fails its CAS, swallows the only token and sleeps for ever
 *   POST_BACK_SURPLUS               livelock   waiters spin while an owner is inside: a stopped one burns a core. Safe otherwise,
 *                                              and under a fair scheduler it ends: so progress is asked for without fairness
 *   COORDINATOR_WAITS               deadlock   the holder is a corpse that only the waiting coordinator could reap
 *   PLAIN_STORE_NOT_CAS             assertion  a token alone is taken for ownership
 *   LOAD_THEN_STORE                 assertion  owner looked at, then stored: two see it free
 *   NO_ROLLBACK                     assertion  the journal is emptied, nothing put back
 *   NO_TRUNCATE                     assertion  words restored, the torn line left
 *   FORWARD_ROLLBACK                assertion  oldest entry first: wrong for a word set twice in one transaction
 *   JOURNAL_CLEARED_BEFORE_ROLLBACK assertion  only because recovery can be cut short: without a cut it is no defect
 *   OWNER_CLEARED_BEFORE_ROLLBACK   assertion
 *   RESPAWN_BEFORE_REAP             assertion  the slot's new process is taken for the dead one
 *   RECOVER_ON_TIMEOUT              assertion  the owner was slow, not dead
 *   COUNT_BEFORE_ENTRY              assertion  journal count raised over an entry not yet written
 *   STORE_BEFORE_ENTRY              assertion  guarded word changed before its old value is kept
 *   ENTRY_AFTER_FIRST_BYTE          assertion  committed length journalled after the write. A defect only where rollback
 *                                              leaves at once on an empty journal; see journal_rollback
 *   COMMIT_AFTER_UNLOCK             assertion  journal emptied after the owner was cleared
 *   ORPHAN_NO_POST, TAKEOVER_WITHOUT_EOF, TAKEOVER_BY_STORE, TAKEOVER_NO_ROLLBACK: see orphans.pml
 * The watchdog of the model may post but need not, so that it hides no lost token.
 */
#ifndef WORKERS
#define WORKERS 3
#endif
#ifndef FAULTS
#define FAULTS 1                    /* appends that fail in a living worker: a full disk */
#endif

#define FREE 0
#define COORDINATOR (WORKERS + 1)
#define ME (_pid + 1)               /* workers are declared first, the coordinator next */
#define BIT(n) (1 << ((n) - 1))
#define HAS(set, n) (((set) & BIT(n)) != 0)
#define ADD(set, n) set = set | BIT(n)
#define DROP(set, n) set = set & ~BIT(n)

/* Each process records the artist of its own number; slot 0 a second one in the same transaction. */
#define SECOND (WORKERS + 2)
#define ARTISTS (WORKERS + 2)
#define ALL_ARTISTS ((1 << ARTISTS) - 1)

/* ---- the arena ---- */
byte tokens = 1;                    /* value of the sem_t */
byte owner = FREE;                  /* owner word */
#define COMMITTED 0                 /* committed length of the output */
#define BOARD 1                     /* verdicts, one bit for each artist */
byte guarded[2];                    /* the guarded words */
byte journal_count;
#define JOURNAL_CAPACITY 4
byte journal_word[JOURNAL_CAPACITY];
byte journal_old[JOURNAL_CAPACITY];

/* ---- the kernel ---- */
byte asleep;                        /* set: processes in futex_wait on the sem_t */
#define HEAD(a) (a)                 /* a line is two bytes, so that a death can tear it */
#define TAIL(a) ((a) + 16)
#define LINE 2
byte file[2 * ARTISTS + 4];
byte file_length;

/* ---- processes ---- */
byte victim;                        /* SIGKILL is on its way to this one: it takes no further step of its own */
byte dead;                          /* set: slots whose process died and is not yet reaped (waitpid would return it) */
byte finished;                      /* set: processes whose artists are all recorded, as they know it */
byte faults;

/* ---- what is checked, no part of the protocol ---- */
byte inside;                        /* set: processes between winning and leaving the guard, by their own belief */
hidden byte k, seen;

/* Invariants of a guard that nobody is in the middle of: journal empty, whole lines only, one for each marked artist. */
inline assert_committed_state() {
    assert(journal_count == 0);
    assert(file_length == guarded[COMMITTED]);
    seen = 0;
    k = 0;
    do
    :: k < file_length ->
        assert(file[k] >= 1 && file[k] <= ARTISTS && file[k + 1] == TAIL(file[k]));
        assert(!HAS(seen, file[k]));
        ADD(seen, file[k]);
        k = k + LINE
    :: else -> break
    od;
    assert(seen == guarded[BOARD])
}

/*
 * States that differ only in what can no longer matter become one: the order of whole lines, and entries above the
 * journal's count (wrong ones to whoever would read them all the same).
 */
inline forget_the_past() {
    file_length = 0;
    k = 1;
    do
    :: k <= ARTISTS ->
        if
        :: HAS(seen, k) ->
            file[file_length] = HEAD(k);
            file[file_length + 1] = TAIL(k);
            file_length = file_length + LINE
        :: else
        fi;
        k++
    :: else -> break
    od;
    k = 0;
    do
    :: k < JOURNAL_CAPACITY -> journal_word[k] = 0; journal_old[k] = 0; k++
    :: else -> break
    od;
    k = 0
}

inline entered(me) {
    assert(inside == 0);
    ADD(inside, me);
    assert_committed_state();
    forget_the_past()
}

/* ---- the C library's semaphore: a count, and sleepers woken one at a time ---- */

/* Only one sleeper is woken, and which one is open. Nobody has to be asleep by now. */
inline futex_wake() {
    if
    :: HAS(asleep, 1) -> DROP(asleep, 1)
    :: HAS(asleep, 2) -> DROP(asleep, 2)
#if WORKERS > 2
    :: HAS(asleep, 3) -> DROP(asleep, 3)
#endif
    :: HAS(asleep, COORDINATOR) -> DROP(asleep, COORDINATOR)
    :: asleep == 0
    fi
}

/* A death between the two steps leaves a token and a lost wake. */
inline sem_post() {
    if
    :: d_step { asleep == 0 -> tokens++ }
    :: d_step { asleep != 0 -> tokens++ } -> atomic { futex_wake() }
    fi
}

/* A death after the first step takes a token with it; a death after waking takes a wake with it. */
inline sem_wait(me) {
    do
    :: d_step { tokens > 0 -> tokens-- } -> break
    :: d_step { tokens == 0 -> ADD(asleep, me) } -> !HAS(asleep, me)
    od
}

/* ---- journal ---- */

/* journal_set: entry, count (release), fence, store. An entry above the count does not exist, so its halves are one step. */
inline journal_set(word, value) {
#if defined(STORE_BEFORE_ENTRY)
    old = guarded[word];
    guarded[word] = value;
    d_step { journal_word[journal_count] = word; journal_old[journal_count] = old; old = 0 };
    journal_count++
#elif defined(COUNT_BEFORE_ENTRY)
    journal_count++;
    d_step { journal_word[journal_count - 1] = word; journal_old[journal_count - 1] = guarded[word] };
    guarded[word] = value
#else
    d_step { journal_word[journal_count] = word; journal_old[journal_count] = guarded[word] };
    journal_count++;
    guarded[word] = value
#endif
}

/* journal_commit */
inline journal_commit() {
    journal_count = 0
}

inline ftruncate_to_committed() {
    d_step {
        do
        :: file_length > guarded[COMMITTED] -> file_length--; file[file_length] = 0
        :: else -> break
        od
    }
}

/*
 * journal_rollback: by the reaper after a death, by the owner itself after a failed append.
 * On an empty journal the C code may leave at once or go through the rest; the model takes either way.
 * i is the caller's local.
 */
inline journal_rollback() {
#ifdef NO_ROLLBACK
    journal_count = 0
#else
    if
    :: journal_count == 0
    :: true ->
        i = journal_count;
#ifdef JOURNAL_CLEARED_BEFORE_ROLLBACK
        journal_count = 0;
#endif
#ifdef FORWARD_ROLLBACK
        n = i;
        i = 0;
        do
        :: i < n -> guarded[journal_word[i]] = journal_old[i]; i++
        :: else -> i = 0; n = 0; break
        od;
#else
        do
        :: i > 0 -> guarded[journal_word[i - 1]] = journal_old[i - 1]; i--
        :: else -> break
        od;
#endif
#ifndef NO_TRUNCATE
        ftruncate_to_committed();
#endif
        journal_count = 0
    fi
#endif
}

/* ---- guard ---- */

/* The CAS of guard_lock and guard_try: 0 -> me (acquire). It alone is ownership. */
inline cas_won(me) {
#if defined(PLAIN_STORE_NOT_CAS)
    d_step { owner = me; entered(me) }
#elif defined(LOAD_THEN_STORE)
    owner == FREE;
    d_step { owner = me; entered(me) }
#else
    d_step { owner == FREE -> owner = me; entered(me) }
#endif
}

inline cas_lost() {
#ifdef PLAIN_STORE_NOT_CAS
    false
#else
    owner != FREE
#endif
}

/* guard_lock: a token whose CAS fails was surplus and is swallowed. */
inline guard_lock(me) {
    do
    :: sem_wait(me);
        if
        :: cas_won(me) -> break
        :: cas_lost()
#ifdef POST_BACK_SURPLUS
            -> sem_post()
#endif
        fi
    od
}

/* guard_unlock */
inline guard_unlock(me) {
#ifdef POST_BEFORE_OWNER_CLEARED
    sem_post();
    d_step { assert(owner == me); owner = FREE; DROP(inside, me) }
#else
    d_step { assert(owner == me); owner = FREE; DROP(inside, me) };
    sem_post()
#endif
}

/*
 * guard_reap: after waitpid. The owner word keeps the dead slot until the rollback is done. The last step gives the slot
 * back: bookings and ranges reclaimed, a new process spawned. Until then a cut recovery is run again from the top.
 */
inline guard_reap(slot) {
#ifdef RESPAWN_BEFORE_REAP
    DROP(dead, slot);
#endif
    if
    :: owner == slot ->
#ifdef OWNER_CLEARED_BEFORE_ROLLBACK
        owner = FREE;
        journal_rollback();
#else
        journal_rollback();
        owner = FREE;
#endif
#ifdef POST_ONLY_IF_DEAD_OWNED
        sem_post()
#endif
    :: else
    fi;
#if !defined(NO_POST_AT_REAP) && !defined(POST_ONLY_IF_DEAD_OWNED)
    sem_post();
#endif
    DROP(dead, slot)
}

/* ---- one guarded transaction: line appended, board marked ---- */

inline write_byte(byte_value) {
    d_step { file[file_length] = byte_value; file_length++ }
}

/* record: slot 0 writes two lines in one write and so sets the board word twice. A write is cut by a death, or by a full disk. */
inline record(me) {
#ifndef ENTRY_AFTER_FIRST_BYTE
    journal_set(COMMITTED, guarded[COMMITTED] + (me == 1 -> 2 * LINE : LINE));
#endif
    write_byte(HEAD(me));
    if
    :: me == 1 -> write_byte(TAIL(me)); write_byte(HEAD(SECOND))
    :: else
    fi;
    if
    :: faults < FAULTS ->
        faults++;
        journal_rollback()
    :: true ->
        if
        :: me == 1 -> write_byte(TAIL(SECOND))
        :: else -> write_byte(TAIL(me))
        fi;
#ifdef ENTRY_AFTER_FIRST_BYTE
        journal_set(COMMITTED, guarded[COMMITTED] + (me == 1 -> 2 * LINE : LINE));
#endif
        journal_set(BOARD, guarded[BOARD] | BIT(me));
        if
        :: me == 1 -> journal_set(BOARD, guarded[BOARD] | BIT(SECOND))
        :: else
        fi;
#ifndef COMMIT_AFTER_UNLOCK
        journal_commit()
#endif
    fi
}
/* The coordinator's transaction, by guard_try. A sem_trywait that finds no token changes nothing, and is left out. */
inline guard_try_records(me) {
    d_step { !HAS(guarded[BOARD], me) && tokens > 0 -> tokens-- };
    if
    :: cas_won(me) ->
        record(me);
        guard_unlock(me)
    :: cas_lost()
    fi
}

/* waitpid: the lowest dead slot */
inline pick_dead(slot) {
    d_step {
        if
        :: HAS(dead, 1) -> slot = 1
        :: else ->
            if
            :: HAS(dead, 2) -> slot = 2
            :: else -> slot = 3
            fi
        fi
    }
}

/* What the kernel and the checks forget of a process that is killed. Its stores to the arena stay. */
inline vanish(me) {
    victim = 0;
    DROP(asleep, me);
    DROP(inside, me);
    i = 0
}
