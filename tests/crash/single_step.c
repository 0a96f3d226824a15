// Kills a process at every instruction boundary of each transaction, recovers as the coordinator does, and
// checks every invariant; a second process sleeps on the guard meanwhile and must get it. Then the same with
// the process merely stopped there for a while, and with the coordinator dead as well.
//
//   single_step [--every N]   N: of the boundaries at which shared memory stands as it did one instruction
//                             before, only every N-th (1)
// Exit: 0 no violation; 1 a violation, told; 77 this machine allows no tracing.
#include "ration/arena_check.h"
#include "scenes.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum mode {
    KILLED,   // and reaped
    STOPPED,  // for as long as the other needs to fall asleep, then let go
    ORPHANED, // killed, being the coordinator: slot 1 finds out, and nobody reaps
    OTHERS,   // killed, and somebody else writes to the output
};
static const char *const mode_names[] = {"killed", "stopped", "killed, nobody left to reap",
                                         "killed, others write"};

struct trial {
    struct stage stage;
    const struct scene *scene;
    size_t boundaries;
    bool marked[STEPS_MOST]; // shared memory differs from one instruction before, or a write follows
    // how it may end: [the victim's transaction stands][the sleeper's stands]
    struct stage_state end[2][2];
    size_t last_undone; // the last boundary at which a kill undid the transaction
    size_t first_done;
};

static struct { size_t kills, torn, stops, orphaned, others, strayed; } figures;

#define STRAYS 3 // of one boundary: more are no chance

_Noreturn static void violation(const struct trial *trial, enum mode mode, size_t boundary,
                                const char *what) {
    printf("VIOLATION: %s, %s after %zu of %zu instructions: %s\n", trial->scene->name, mode_names[mode],
           boundary, trial->boundaries, what);
    (void)fflush(stdout);
    exit(1);
}

static void work_through(steps_body *body, struct stage *stage) {
    if (steps_end(steps_sleeper(body, stage)) != 0) {
        errx(1, "a transaction that nobody disturbs fails");
    }
}

// The four ways in which a trial may end, each made without a kill.
static void foresee(struct trial *trial) {
    for (int victim = 0; victim < 2; victim++) {
        for (int sleeper = 0; sleeper < 2; sleeper++) {
            stage_reset(&trial->stage);
            if (victim == 1) {
                work_through(trial->scene->victim, &trial->stage);
            }
            (void)stage_recover(&trial->stage);
            if (sleeper == 1) {
                work_through(scene_sleeper, &trial->stage);
            }
            stage_look(&trial->stage, &trial->end[victim][sleeper]);
        }
    }
}

// Steps through once: how many boundaries there are, and which of them matter most.
static void survey(struct trial *trial) {
    stage_reset(&trial->stage);
    uint64_t before = stage_fingerprint(&trial->stage);
    pid_t pid = steps_start_trail(trial->scene->victim, &trial->stage);
    size_t n = 0;
    do {
        size_t length;
        uint64_t now = stage_fingerprint(&trial->stage);
        trial->marked[n++] = now != before || steps_writes(pid, &length) != NULL;
        before = now;
    } while (steps_on(pid));
    trial->boundaries = n;
    steps_let_go(pid);
    if (steps_end(pid) != 0) {
        errx(1, "%s fails when it is stepped", trial->scene->name);
    }
}

static void check_end(struct trial *trial, enum mode mode, size_t boundary, bool slept) {
    static struct stage_state state;
    stage_look(&trial->stage, &state);
    const char *wrong = arena_check(trial->stage.arena, trial->stage.output.fd);
    if (wrong == NULL && !stage_whole_lines(&state)) {
        wrong = "a file does not end with a whole, committed line";
    }
    if (wrong != NULL) {
        violation(trial, mode, boundary, wrong);
    }
    bool undone = stage_same(&state, &trial->end[0][slept]);
    bool done = stage_same(&state, &trial->end[1][slept]);
    if (!undone && !done) {
        violation(trial, mode, boundary, "the transaction stands in part");
    }
    if (mode != KILLED) {
        return;
    }
    if (!done && boundary > trial->last_undone) {
        trial->last_undone = boundary;
    }
    if (!undone && boundary < trial->first_done) {
        trial->first_done = boundary;
    }
}

// What a write(2) that SIGKILL cuts short would have left.
static bool tear(struct trial *trial, pid_t pid, size_t part) {
    size_t length;
    const char *text = steps_writes(pid, &length);
    if (text == NULL) {
        return false;
    }
    static const size_t whole = 3;
    size_t torn = part == whole ? length - 1 : part == 2 ? length / 2 : 1;
    int file = memmem(text, length, "class", 5) != NULL ? OUTPUT_ERRORS : OUTPUT_ANSWERS;
    if (write(trial->stage.output.fd[file], text, torn) != (ssize_t)torn) {
        err(1, "write");
    }
    figures.torn++;
    return true;
}

// The stage as it was, and the victim at the boundary. Once in a million one takes another way than the
// trail, and ends: nothing was tried then, and it is started again.
static pid_t victim_at(struct trial *trial, size_t boundary) {
    for (int stray = 0; stray < STRAYS; stray++) {
        stage_reset(&trial->stage);
        pid_t victim = steps_start(trial->scene->victim, &trial->stage, boundary);
        if (victim > 0) {
            return victim;
        }
        figures.strayed++;
    }
    errx(1, "%s: the stepped process leaves the trail before instruction %zu of %zu", trial->scene->name,
         boundary, trial->boundaries);
}

// part: 0, or how much of the write that comes next is done. false: no write comes next.
static bool try_kill(struct trial *trial, size_t boundary, size_t part) {
    struct stage *stage = &trial->stage;
    pid_t victim = victim_at(trial, boundary);
    bool goes_on = part == 0 || tear(trial, victim, part);
    pid_t sleeper = goes_on ? steps_sleeper(scene_sleeper, stage) : 0;
    steps_kill(victim);
    if (!goes_on) {
        return false;
    }
    figures.kills++;
    if (!stage_recover(stage)) {
        violation(trial, KILLED, boundary, "the ledger guard stays busy");
    }
    if (steps_end(sleeper) != 0) {
        violation(trial, KILLED, boundary, "the sleeper never got the guard");
    }
    check_end(trial, KILLED, boundary, true);
    return true;
}

static void try_stop(struct trial *trial, size_t boundary) {
    struct stage *stage = &trial->stage;
    pid_t victim = victim_at(trial, boundary);
    pid_t sleeper = steps_sleeper(scene_sleeper, stage);
    steps_let_go(victim);
    figures.stops++;
    if (steps_end(victim) != 0) {
        violation(trial, STOPPED, boundary, "the stopped process never ended");
    }
    if (steps_end(sleeper) != 0) {
        violation(trial, STOPPED, boundary, "the sleeper never got the guard");
    }
    const char *wrong = arena_check(stage->arena, stage->output.fd);
    if (wrong != NULL) {
        violation(trial, STOPPED, boundary, wrong);
    }
}

static void try_orphan(struct trial *trial, size_t boundary) {
    struct stage *stage = &trial->stage;
    pid_t victim = victim_at(trial, boundary);
    steps_kill(victim);
    figures.orphaned++;
    // What a dead worker owns, and the dead coordinator had not taken from it, nobody can have.
    int can = (stage_owner(stage, GUARD_OUTPUT) != VICTIM_SLOT + 1 ? SCENE_HAD_OUTPUT : 0) |
              (stage_owner(stage, GUARD_LEDGER) != VICTIM_SLOT + 1 ? SCENE_HAD_LEDGER : 0);
    bool both = can == (SCENE_HAD_OUTPUT | SCENE_HAD_LEDGER);
    int had = steps_end(steps_sleeper(both ? scene_orphan_waits : scene_orphan_tries, stage));
    if (had < 0 || (both && had != can) || (had & ~can) != 0) {
        violation(trial, ORPHANED, boundary, "the orphan did not get what the coordinator owned");
    }
    (void)stage_recover(stage);
    static struct stage_state state;
    stage_look(stage, &state);
    const char *wrong = arena_check(stage->arena, stage->output.fd);
    if (wrong == NULL && !stage_whole_lines(&state)) {
        wrong = "a file does not end with a whole, committed line";
    }
    if (wrong != NULL) {
        violation(trial, ORPHANED, boundary, wrong);
    }
    // The orphan changed the output only: the rest of the foreseen ends is the sleeper's.
    bool slept = (had & SCENE_HAD_OUTPUT) != 0;
    for (int done = 0; done < 2; done++) {
        const struct stage_state *end = &trial->end[done][slept];
        if (memcmp(state.file, end->file, sizeof(state.file)) == 0 &&
            memcmp(state.verdict, end->verdict, sizeof(state.verdict)) == 0 &&
            memcmp(state.session, trial->end[done][0].session, sizeof(state.session)) == 0) {
            return;
        }
    }
    violation(trial, ORPHANED, boundary, "the transaction stands in part");
}

// The victim is killed, and before anybody recovers somebody else writes a line to the output, longer than
// anything that was under way. It must stay, with all that stands before it; the guards must come free all
// the same, and nobody writes behind it.
static void try_others(struct trial *trial, size_t boundary) {
    struct stage *stage = &trial->stage;
    static struct stage_state before, after;
    static char line[1024];
    struct ledger_paid left, recovered;
    memset(line, 'x', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\n';
    pid_t victim = victim_at(trial, boundary);
    steps_kill(victim);
    figures.others++;
    ledger_cost_left(stage->arena, &left);
    if (write(stage->output.fd[OUTPUT_ANSWERS], line, sizeof(line)) != (ssize_t)sizeof(line)) {
        err(1, "write");
    }
    stage_look(stage, &before);
    if (!stage_recover(stage)) {
        violation(trial, OTHERS, boundary, "the ledger guard stays busy");
    }
    // What a dead run's arena says of the money is what a recovery makes of it.
    ledger_cost_left(stage->arena, &recovered);
    if (left.spent != recovered.spent || left.doubt != recovered.doubt) {
        violation(trial, OTHERS, boundary, "the money is another one after the recovery");
    }
    if (steps_end(steps_sleeper(scene_refused, stage)) != 0) {
        violation(trial, OTHERS, boundary, "a line was written behind somebody else's");
    }
    stage_look(stage, &after);
    if (memcmp(after.file[OUTPUT_ANSWERS], before.file[OUTPUT_ANSWERS], STAGE_FILE_SIZE) != 0) {
        violation(trial, OTHERS, boundary, "what somebody else wrote was cut");
    }
    for (int done = 0; done < 2; done++) {
        const struct stage_state *end = &trial->end[done][0];
        if (memcmp(after.verdict, end->verdict, sizeof(end->verdict)) == 0 &&
            memcmp(after.length, end->length, sizeof(end->length)) == 0) {
            return;
        }
    }
    violation(trial, OTHERS, boundary, "the transaction stands in part");
}

static void run_scene(struct trial *trial, size_t every) {
    size_t kills = figures.kills;
    trial->stage.wanted = trial->scene->guard;
    if (trial->scene->prepare != NULL) {
        trial->scene->prepare(&trial->stage);
    }
    if (trial->scene->surplus) {
        for (int id = 0; id < GUARDS; id++) {
            (void)sem_post(&trial->stage.arena->header->guard[id].token);
        }
    }
    stage_set(&trial->stage);
    foresee(trial);
    survey(trial);
    trial->last_undone = 0;
    trial->first_done = SIZE_MAX;
    for (size_t boundary = 0; boundary < trial->boundaries; boundary++) {
        if (boundary % every != 0 && !trial->marked[boundary]) {
            continue;
        }
        (void)try_kill(trial, boundary, 0);
        for (size_t part = 1; trial->marked[boundary] && part <= 3 && try_kill(trial, boundary, part);
             part++) {}
        try_stop(trial, boundary);
        if (trial->marked[boundary]) {
            try_others(trial, boundary);
        }
        if (trial->scene->coordinator) {
            try_orphan(trial, boundary);
        }
    }
    if (trial->first_done < trial->last_undone) {
        violation(trial, KILLED, trial->last_undone, "what stood after fewer instructions is undone");
    }
    printf("  %-31s %5zu instructions, %5zu kills\n", trial->scene->name, trial->boundaries,
           figures.kills - kills);
    (void)fflush(stdout);
}

static int nothing(void *context) {
    (void)context;
    return 0;
}

int main(int argc, char **argv) {
    size_t every = argc == 3 && strcmp(argv[1], "--every") == 0 ? strtoul(argv[2], NULL, 10) : 1;
    if (every == 0 || (argc != 1 && argc != 3)) {
        errx(2, "usage: single_step [--every N]");
    }
    pid_t probe = steps_start_trail(nothing, NULL);
    if (probe < 0) {
        printf("single steps: skipped, this machine allows no tracing\n");
        return 77;
    }
    steps_kill(probe);
    for (size_t i = 0; i < scene_count; i++) {
        static struct trial trial;
        trial.scene = &scenes[i];
        stage_open(&trial.stage);
        run_scene(&trial, every);
        stage_close(&trial.stage);
    }
    printf("single steps: %zu boundaries killed (%zu of them with a torn write, %zu with the coordinator as "
           "the victim and "
           "nobody to reap, %zu with somebody else writing to the output), %zu stopped and let go, 0 "
           "violations\n",
           figures.kills + figures.orphaned + figures.others, figures.torn, figures.orphaned, figures.others,
           figures.stops);
    if (figures.strayed > 0) {
        printf("single steps: %zu times a process took another way than the trail, and was started again\n",
               figures.strayed);
    }
    return 0;
}
