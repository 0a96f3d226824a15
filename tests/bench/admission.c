// What admission and settlement cost, beside a raw semaphore and a robust mutex, and how fair one ledger is
// to many processes.
//
//   admission alone ROUNDS CYCLES     per round and kind: a line of its name and nanoseconds for each cycle
//   admission shared PROCESSES SECONDS REQUESTS-PER-MINUTE
//                                     a line: admissions a second, the greatest deviation of a process from
//                                     the mean, the longest time between two settlements of a process (ms)
#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/turn.h"

#include <bsd/stdlib.h>
#include <err.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TOKENS 400U
#define HELD_MOST 64U
#define FREE_RATE 1000000000U // requests a minute: a limit that is booked and never reached

// ---- the two calls that are measured ----

static enum ledger_admission admit(struct arena *arena, uint32_t slot, struct ledger_booking *booking) {
    return ledger_admit(arena, slot, &(struct ledger_estimate){.input = 55, .output = TOKENS - 55},
                        clock_now(), 0, booking);
}

static void settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking) {
    const struct ledger_usage usage = {.tokens.input = 55, .tokens.output = 300, .input_bytes = 220};
    (void)ledger_settle(arena, slot, booking, &usage, clock_now());
}

static struct arena *make_arena(uint32_t slots, uint64_t requests_per_minute) {
    char name[ARENA_NAME_SIZE];
    (void)snprintf(name, sizeof(name), "/ration-bench-%ld", (long)getpid());
    const struct arena_config config = {
        .name = name, .run_id = "bench", .artists = 64, .slots = slots, .sessions = 1};
    struct arena *arena = arena_create(&config);
    if (arena == NULL || arena_remove(name) != 0) {
        err(1, "arena");
    }
    ledger_set_limits(arena, 0,
                      &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = requests_per_minute,
                                              .told.of[LIMITS_TOKENS_MINUTE] = requests_per_minute * TOKENS},
                      clock_now());
    ledger_configure(arena, &(struct ledger_config){.breaker = {5, 60 * CLOCK_SECOND}, .day_share = 1000000});
    return arena;
}

// ---- alone ----

struct subject {
    const char *name;
    void (*cycle)(struct subject *subject);
    struct arena *arena;
    sem_t *semaphore;
    pthread_mutex_t *mutex;
};

static void cycle_ledger(struct subject *subject) {
    struct ledger_booking booking;
    while (admit(subject->arena, 0, &booking) == LEDGER_LATER) {}
    settle(subject->arena, 0, &booking);
}

// Twice, because an admission and a settlement take the guard twice.
static void cycle_semaphore(struct subject *subject) {
    for (int i = 0; i < 2; i++) {
        (void)sem_wait(subject->semaphore);
        (void)sem_post(subject->semaphore);
    }
}

static void cycle_mutex(struct subject *subject) {
    for (int i = 0; i < 2; i++) {
        (void)pthread_mutex_lock(subject->mutex);
        (void)pthread_mutex_unlock(subject->mutex);
    }
}

static void *shared_memory(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        err(1, "mmap");
    }
    return memory;
}

static pthread_mutex_t *robust_mutex(void) {
    pthread_mutex_t *mutex = shared_memory(sizeof(*mutex));
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0 ||
        pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) != 0 ||
        pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) != 0 ||
        pthread_mutex_init(mutex, &attributes) != 0) {
        errx(1, "no robust mutex");
    }
    return mutex;
}

static void run_alone(unsigned long rounds, unsigned long cycles) {
    struct subject subjects[] = {
        {.name = "admission and settlement, limits",
         .cycle = cycle_ledger,
         .arena = make_arena(1, FREE_RATE)},
        {.name = "admission and settlement, no limit", .cycle = cycle_ledger, .arena = make_arena(1, 0)},
        {.name = "raw semaphore, twice", .cycle = cycle_semaphore, .semaphore = shared_memory(sizeof(sem_t))},
        {.name = "robust mutex, twice", .cycle = cycle_mutex, .mutex = robust_mutex()},
    };
    if (sem_init(subjects[2].semaphore, 1, 1) != 0) {
        err(1, "sem_init");
    }
    for (unsigned long round = 0; round < rounds; round++) {
        for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
            uint64_t begin = clock_now();
            for (unsigned long cycle = 0; cycle < cycles; cycle++) {
                subjects[i].cycle(&subjects[i]);
            }
            printf("%s\t%.2f\n", subjects[i].name, (double)(clock_now() - begin) / (double)cycles);
        }
    }
    arena_close(subjects[0].arena);
    arena_close(subjects[1].arena);
}

// ---- many processes ----

struct share {
    _Alignas(64) uint64_t admissions;
    uint64_t longest; // nanoseconds
};

static void sleep_until(uint64_t when) {
    const struct timespec time = {.tv_sec = (time_t)(when / CLOCK_SECOND),
                                  .tv_nsec = (long)(when % CLOCK_SECOND)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) != 0) {}
}

static void note(struct share *share, uint64_t begin, uint64_t end) {
    if (end > begin && end - begin > share->longest) {
        share->longest = end - begin;
    }
}

// One process, which asks as a worker does: it books as many as it may hold, and asks again at a random
// moment after it was told that there is none.
static void take_part(struct arena *arena, uint32_t slot, struct share *share, uint32_t processes,
                      uint64_t begin, uint64_t end) {
    struct turn turn = {0};
    struct ledger_booking booking[HELD_MOST];
    struct ledger_booking next;
    uint64_t first = 0, past = 0, ask_at = 0, last = begin;
    sleep_until(begin);
    for (uint64_t now = begin; now < end; now = clock_now()) {
        while (past - first < HELD_MOST && now >= ask_at) {
            if (admit(arena, slot, &next) == LEDGER_BOOKED) {
                booking[past++ % HELD_MOST] = next;
                turn_booked(&turn);
            } else {
                ask_at =
                    turn_ask_again(&turn, next.departs, ledger_booked(arena), processes, now, arc4random());
            }
        }
        for (; first < past && booking[first % HELD_MOST].departs <= now; first++) {
            settle(arena, slot, &booking[first % HELD_MOST]);
            share->admissions++;
            note(share, last, clock_now());
            last = clock_now();
        }
        if (past - first == HELD_MOST || now < ask_at) {
            uint64_t wake = first < past ? booking[first % HELD_MOST].departs : ask_at;
            sleep_until(past - first < HELD_MOST && ask_at < wake ? ask_at : wake);
        }
    }
    note(share, last, end);
    _exit(0);
}

static void run_shared(uint32_t processes, uint64_t seconds, uint64_t requests_per_minute) {
    struct arena *arena = make_arena(processes, requests_per_minute);
    struct share *share = shared_memory(processes * sizeof(*share));
    uint64_t begin = clock_now() + 50 * CLOCK_MS;
    for (uint32_t slot = 0; slot < processes; slot++) {
        pid_t pid = fork();
        if (pid < 0) {
            err(1, "fork");
        }
        if (pid == 0) {
            take_part(arena, slot, &share[slot], processes, begin, begin + seconds * CLOCK_SECOND);
        }
    }
    while (wait(NULL) > 0) {}
    double sum = 0, deviation = 0, longest = 0;
    for (uint32_t slot = 0; slot < processes; slot++) {
        sum += (double)share[slot].admissions;
        longest = (double)share[slot].longest > longest ? (double)share[slot].longest : longest;
    }
    double mean = sum / processes;
    for (uint32_t slot = 0; slot < processes; slot++) {
        double off = (double)share[slot].admissions / mean - 1;
        off = off < 0 ? -off : off;
        deviation = off > deviation ? off : deviation;
    }
    printf("%.1f %.4f %.3f\n", sum / (double)seconds, deviation, longest / CLOCK_MS);
    arena_close(arena);
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "alone") == 0) {
        run_alone(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
    } else if (argc == 5 && strcmp(argv[1], "shared") == 0) {
        run_shared((uint32_t)strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
                   strtoul(argv[4], NULL, 10));
    } else {
        errx(2, "usage: admission alone ROUNDS CYCLES | shared PROCESSES SECONDS REQUESTS-PER-MINUTE");
    }
    return 0;
}
