// Kills processes at every crash point, lets each run end, and audits what it left.
//
//   crash_points PROGRAMS SIMAPI INPUT [--thorough] [--only TEXT] [--patience SECONDS] [--stop] [--list]
//     PROGRAMS    the folder of ration and ration-worker, built with -DCRASH_POINTS
//     --only      the cases whose words contain TEXT
//     --patience  seconds until a run counts as hanging (30)
//     --stop      at the first violation
// Exit: 0 no violation and each point was struck; 1 else, told.
#include "case_list.h"
#include "ration/clock.h"

#include <err.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MISSED_ROUNDS 20
#define JOBS 2

struct arguments {
    const char *programs, *simapi, *input, *only;
    unsigned patience;
    bool thorough, stop, list;
};

// What the jobs share.
struct board {
    _Atomic size_t next;
    _Atomic uint64_t ran, kills, pauses, violations, coordinator_deaths;
    _Atomic bool struck[CRASH_POINTS_END];
};

static void run_one(const struct arguments *arguments, const struct listed_case *one, size_t number,
                    const char *base, struct board *board) {
    char directory[CASE_PATH];
    struct case_result result;
    (void)snprintf(directory, sizeof(directory), "%s/%zu", base, number);
    const struct case_places places = {.programs = arguments->programs,
                                       .simapi = arguments->simapi,
                                       .input = arguments->input,
                                       .patience = arguments->patience,
                                       .directory = directory};
    case_run(&one->the, &places, &result);
    atomic_fetch_add(&board->ran, 1);
    atomic_fetch_add(&board->coordinator_deaths, result.coordinator_deaths);
    unsigned word = 0;
    for (const char *at = one->the.words; at != NULL; at = strchr(at, ' '), word++) {
        at += *at == ' ';
        bool pauses = strncmp(at + strcspn(at, " ") - 5, "pause", 5) == 0;
        atomic_fetch_add(pauses ? &board->pauses : &board->kills, result.struck[word]);
    }
    if (one->kills && result.struck[one->word] > 0) {
        atomic_store(&board->struck[one->point], true);
    }
    if (result.wrong[0] != '\0') {
        atomic_fetch_add(&board->violations, 1);
        printf("VIOLATION: %s: %s (see %s)\n", one->the.words, result.wrong, directory);
        (void)fflush(stdout);
    }
}

static void work(const struct arguments *arguments, const struct listed_case *cases, size_t count,
                 const char *base, struct board *board) {
    size_t number;
    while ((number = atomic_fetch_add(&board->next, 1)) < count &&
           !(arguments->stop && atomic_load(&board->violations) > 0)) {
        if (arguments->only == NULL || strstr(cases[number].the.words, arguments->only) != NULL) {
            run_one(arguments, &cases[number], number, base, board);
        }
    }
}

static int work_in_parallel(const struct arguments *arguments, const struct listed_case *cases, size_t count,
                            const char *base, struct board *board) {
    int bad = 0;
    for (int job = 0; job < JOBS; job++) {
        pid_t pid = fork();
        if (pid < 0) {
            err(1, "fork");
        }
        if (pid == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            work(arguments, cases, count, base, board);
            exit(0);
        }
    }
    for (int job = 0; job < JOBS; job++) {
        int status;
        if (wait(&status) < 0 || status != 0) {
            bad = 1;
        }
    }
    return bad;
}

// A point that needs two processes to meet is missed now and then: its cases get another chance, each as
// strict as the first.
static int work_on_missed(const struct arguments *arguments, const struct listed_case *cases, size_t count,
                          const char *base, struct board *board) {
    int bad = 0;
    for (int round = 0; round < MISSED_ROUNDS; round++) {
        for (int point = 0; point < CRASH_POINTS_END; point++) {
            struct arguments one = *arguments;
            one.only = case_list_name((enum crash_point)point);
            if (!board->struck[point] && !case_list_elsewhere((enum crash_point)point)) {
                atomic_store(&board->next, 0);
                bad |= work_in_parallel(&one, cases, count, base, board);
            }
        }
    }
    return bad;
}

static struct board *make_board(void) {
    struct board *board =
        mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) {
        err(1, "mmap");
    }
    return board;
}

static int conclude(const struct arguments *arguments, const struct board *board, uint64_t began) {
    unsigned never = 0;
    for (int point = 0; point < CRASH_POINTS_END && arguments->only == NULL; point++) {
        if (!board->struck[point] && !case_list_elsewhere((enum crash_point)point)) {
            printf("NEVER REACHED: %s\n", case_list_name((enum crash_point)point));
            never++;
        }
    }
    printf("crash points: %d points, %llu runs, %llu kills (%llu of the coordinator), %llu pauses, %llu "
           "violations in %.1f s\n",
           (int)CRASH_POINTS_END, (unsigned long long)board->ran, (unsigned long long)board->kills,
           (unsigned long long)board->coordinator_deaths, (unsigned long long)board->pauses,
           (unsigned long long)board->violations, (double)(clock_now() - began) / (double)CLOCK_SECOND);
    return board->violations == 0 && never == 0 ? 0 : 1;
}

static struct arguments read_arguments(int argc, char **argv) {
    struct arguments arguments = {.patience = 30};
    const char *places[3] = {0};
    int n = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--thorough") == 0) {
            arguments.thorough = true;
        } else if (strcmp(argv[i], "--list") == 0) {
            arguments.list = true;
        } else if (strcmp(argv[i], "--stop") == 0) {
            arguments.stop = true;
        } else if (strcmp(argv[i], "--patience") == 0 && i + 1 < argc) {
            arguments.patience = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            arguments.only = argv[++i];
        } else if (n < 3) {
            places[n++] = argv[i];
        }
    }
    if (n < 3) {
        errx(2, "usage: crash_points PROGRAMS SIMAPI INPUT [--thorough] [--only TEXT] [--patience SECONDS] "
                "[--stop] [--list]");
    }
    arguments.programs = places[0];
    arguments.simapi = places[1];
    arguments.input = places[2];
    return arguments;
}

int main(int argc, char **argv) {
    struct arguments arguments = read_arguments(argc, argv);
    const char *temporary = getenv("TMPDIR");
    char base[CASE_PATH / 2];
    size_t count;
    uint64_t began = clock_now();
    struct listed_case *cases = case_list(arguments.thorough, &count);
    for (size_t i = 0; i < count && arguments.list; i++) {
        printf("%s\n", cases[i].the.words);
    }
    if (arguments.list) {
        free(cases);
        return 0;
    }
    (void)snprintf(base, sizeof(base), "%s/ration-crash.XXXXXX", temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(base) == NULL) {
        err(1, "%s", base);
    }
    struct board *board = make_board();
    int bad = work_in_parallel(&arguments, cases, count, base, board);
    if (arguments.only == NULL) {
        bad |= work_on_missed(&arguments, cases, count, base, board);
    }
    (void)rmdir(base);
    free(cases);
    return conclude(&arguments, board, began) | bad;
}
