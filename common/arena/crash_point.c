#include "ration/crash_point.h"

#ifdef CRASH_POINTS

#include "ration/arena_check.h"
#include "ration/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct spec {
    bool mine;
    int point;
    uint64_t pass; // or 0:
    uint32_t artist;
    uint64_t times;
    bool pause;
    uint64_t passed;
};

static struct spec specs[CRASH_POINT_SPECS];
static _Atomic uint64_t *struck; // shared by all processes of the run
static bool no_watchdog;

static const char *const names[CRASH_POINTS_END] = {
#define NAME(name, who) [CRASH_LEDGER_##name] = "ledger." #name, [CRASH_OUTPUT_##name] = "output." #name,
    CRASH_POINT_GUARD_LIST(NAME)
#undef NAME
#define NAME(name, who) [CRASH_##name] = #name,
        CRASH_POINT_LIST(NAME)
#undef NAME
};

const char *crash_point_name(enum crash_point point) {
    return names[point];
}

static int find(const char *name) {
    for (int point = 0; point < CRASH_POINTS_END; point++) {
        if (strcmp(names[point], name) == 0) {
            return point;
        }
    }
    log_panic("RATION_CRASH names an unknown crash point: %s", name);
}

static void read_spec(struct spec *spec, char *word) {
    char *rest = NULL;
    const char *role = strtok_r(word, ":", &rest);
    const char *name = strtok_r(NULL, ":", &rest);
    const char *pass = strtok_r(NULL, ":", &rest);
    const char *times = strtok_r(NULL, ":", &rest);
    const char *pause = strtok_r(NULL, ":", &rest);
    if (role == NULL || name == NULL || pass == NULL) {
        log_panic("RATION_CRASH: a word is not ROLE:POINT:PASS");
    }
    bool worker = strcmp(program_invocation_short_name, "ration-worker") == 0;
    *spec = (struct spec){
        .mine = strcmp(role, worker ? "worker" : "coordinator") == 0,
        .point = find(name),
        .pass = pass[0] == '@' ? 0 : strtoull(pass, NULL, 10),
        .artist = pass[0] == '@' ? (uint32_t)strtoul(pass + 1, NULL, 10) : CRASH_POINT_NO_ARTIST,
        .times = times != NULL ? strtoull(times, NULL, 10) : 1,
        .pause = pause != NULL,
    };
}

// Before main(): later a worker may no longer open files.
__attribute__((constructor)) static void prepare(void) {
    const char *words = getenv("RATION_CRASH");
    const char *file = getenv("RATION_CRASH_FILE");
    no_watchdog = getenv("RATION_CRASH_NO_WATCHDOG") != NULL;
    if (words == NULL || file == NULL) {
        return;
    }
    int fd = open(file, O_RDWR | O_CLOEXEC);
    void *memory =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, sizeof(uint64_t) * CRASH_POINT_SPECS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *copy = strdup(words);
    if (memory == MAP_FAILED || copy == NULL) {
        log_panic("cannot map RATION_CRASH_FILE %s: errno %d", file, errno);
    }
    (void)close(fd);
    char *rest = NULL;
    size_t n = 0;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL && n < CRASH_POINT_SPECS;
         word = strtok_r(NULL, " ", &rest)) {
        read_spec(&specs[n++], word);
    }
    free(copy);
    struck = memory;
}

// Whether the spec strikes at this pass.
static bool due(size_t i, enum crash_point point, uint32_t artist) {
    struct spec *spec = &specs[i];
    if (!spec->mine || spec->point != (int)point) {
        return false;
    }
    spec->passed++;
    if (spec->pass > 0 ? spec->passed != spec->pass : spec->artist != artist) {
        return false;
    }
    uint64_t before = atomic_load(&struck[i]);
    do {
        if (before >= spec->times) {
            return false;
        }
    } while (!atomic_compare_exchange_weak(&struck[i], &before, before + 1));
    return true;
}

_Noreturn static void die(int signal) {
    for (;;) {
        (void)kill(getpid(), signal);
    }
}

void crash_point_pass(enum crash_point point, uint32_t artist) {
    for (size_t i = 0; struck != NULL && i < CRASH_POINT_SPECS; i++) {
        if (!due(i, point, artist)) {
            continue;
        }
        if (!specs[i].pause) {
            die(specs[i].pass > 0 ? SIGKILL : SIGSEGV);
        }
        int error = errno;
        (void)nanosleep(&(struct timespec){.tv_nsec = CRASH_POINT_PAUSE}, NULL);
        errno = error;
    }
}

void crash_point_tear(enum crash_point point, int fd, const char *text, size_t length) {
    for (size_t i = 0; struck != NULL && i < CRASH_POINT_SPECS; i++) {
        if (due(i, point, CRASH_POINT_NO_ARTIST)) {
            ssize_t ignored = write(fd, text, length / 2);
            (void)ignored;
            die(SIGKILL);
        }
    }
}

void crash_point_check(const struct arena *arena, const int *fd) {
    const char *wrong = arena_check(arena, fd);
    if (wrong != NULL) {
        log_panic("the arena is not in order: %s", wrong);
    }
}

int crash_point_no_watchdog(void) {
    return no_watchdog;
}

#else
typedef int crash_point_nothing; // a translation unit must not be empty
#endif
