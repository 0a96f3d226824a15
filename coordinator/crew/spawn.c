#include "crew/spawn.h"

#include "crew/keys.h"
#include "crew/log_feed.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/descriptor.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "ration/price_book.h"
#include "ration/slot.h"
#include "system/descriptors.h"
#include "system/program_place.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

// An anonymous file of these bytes, which nobody can change any more. -1 with errno.
static int sealed_file(const char *name, const void *bytes, size_t length) {
    int fd = descriptors_raise(memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (fd < 0) {
        return -1;
    }
    int error = file_io_append(fd, bytes, length);
    if (error == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        error = errno;
    }
    if (error != 0) {
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static int settings_file(const struct settings *settings, size_t *length) {
    char *text = settings_encode(settings);
    *length = text != NULL ? strlen(text) : 0;
    if (text == NULL) {
        errno = ENOMEM;
        return -1;
    }
    int fd = sealed_file("ration-settings", text, *length);
    free(text);
    return fd;
}

static int tell_of_file(const char *what, size_t length) {
    if (errno == EFBIG) {
        log_fatal("run",
                  "cannot give the workers %s: files may not be larger than ulimit -f allows, and it needs "
                  "%zu bytes; raise ulimit -f",
                  what, length);
    } else {
        log_fatal("run", "cannot give the workers %s: %s", what, descriptors_problem(errno));
    }
    return -1;
}

int spawn_prepare(struct crew *crew) {
    int life[2] = {-1, -1};
    size_t length;
    crew->fd.settings = settings_file(crew->settings, &length);
    if (crew->fd.settings < 0) {
        return tell_of_file("their settings", length);
    }
    crew->fd.doorbell = descriptors_raise(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    crew->fd.null = descriptors_raise(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (pipe2(life, O_CLOEXEC) == 0) {
        crew->fd.life_read = descriptors_raise(life[0]);
        crew->fd.life_write = descriptors_raise(life[1]);
    }
    bool good =
        crew->fd.doorbell >= 0 && crew->fd.null >= 0 && crew->fd.life_read >= 0 && crew->fd.life_write >= 0;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew->worker[slot].bell = descriptors_raise(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        good = good && crew->worker[slot].bell >= 0;
    }
    if (!good) {
        log_fatal("run", "cannot open the workers' descriptors: %s", descriptors_problem(errno));
        return -1;
    }
    return 0;
}

int spawn_cancel_parts(struct crew *crew) {
    struct settings settings = *crew->settings;
    size_t length;
    settings.batch_cancel = true;
    settings.batch_detach = false;
    int fd = settings_file(&settings, &length);
    if (fd < 0) {
        return -1;
    }
    (void)close(crew->fd.settings);
    crew->fd.settings = fd;
    crew->cancels = true;
    return 0;
}

int spawn_share_arena(struct crew *crew) {
    crew->fd.arena = descriptors_raise(dup(arena_fd(crew->arena)));
    if (crew->fd.arena < 0) {
        log_fatal("run", "cannot open the workers' descriptors: %s", descriptors_problem(errno));
        return -1;
    }
    size_t size = price_book_size(crew->prices->count);
    crew->fd.prices = sealed_file("ration-prices", crew->prices, size);
    return crew->fd.prices < 0 ? tell_of_file("the prices", size) : 0;
}

static void close_keys(struct crew *crew, uint32_t slot) {
    if (crew->worker[slot].keys >= 0) {
        (void)close(crew->worker[slot].keys);
        crew->worker[slot].keys = -1;
    }
}

void spawn_close(struct crew *crew) {
    int *all[] = {&crew->fd.settings, &crew->fd.prices,    &crew->fd.arena,      &crew->fd.doorbell,
                  &crew->fd.null,     &crew->fd.life_read, &crew->fd.life_write, &crew->fd.rescue};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (*all[i] >= 0) {
            (void)close(*all[i]);
            *all[i] = -1;
        }
    }
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        log_feed_close(crew, slot);
        close_keys(crew, slot);
    }
}

// A pipe that holds the keys, as keys_write() has them. They fit into its buffer, even where the system
// grants a small one and keys are as long as they usually are; it is never waited for. It stays open for new
// ones where there will be some, else it ends. -1 with errno.
static int key_pipe(struct crew *crew, uint32_t slot) {
    int ends[2];
    int *writing = &crew->worker[slot].keys;
    close_keys(crew, slot);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    if (fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0 || keys_write(crew->sessions, ends[1]) != 0) {
        (void)close(ends[0]);
        (void)close(ends[1]);
        errno = EIO;
        return -1;
    }
    if (crew->keys != NULL) {
        *writing = descriptors_raise(ends[1]);
    } else {
        (void)close(ends[1]);
    }
    return descriptors_raise(ends[0]);
}

// In the child: async-signal-safe calls only.
_Noreturn static void become_worker(const struct crew *crew, uint32_t slot, int key, int log_feed,
                                    char *const *arguments) {
    const int source[DESCRIPTOR_END] = {
        [0] = crew->fd.null,
        [1] = crew->fd.null,
        [2] = STDERR_FILENO,
        [DESCRIPTOR_SETTINGS] = crew->fd.settings,
        [DESCRIPTOR_PRICES] = crew->fd.prices,
        [DESCRIPTOR_KEY] = key,
        [DESCRIPTOR_ARENA] = crew->fd.arena,
        [DESCRIPTOR_INPUT] = crew->fd.input,
        [DESCRIPTOR_OUTPUT] = crew->fd.output,
        [DESCRIPTOR_ERRORS] = crew->fd.errors,
        [DESCRIPTOR_BELL] = crew->worker[slot].bell,
        [DESCRIPTOR_DOORBELL] = crew->fd.doorbell,
        [DESCRIPTOR_LIFE] = crew->fd.life_read,
        [DESCRIPTOR_LOG] = crew->fd.log >= 0 ? crew->fd.log : crew->fd.null,
        [DESCRIPTOR_LOG_FEED] = log_feed >= 0 ? log_feed : crew->fd.null,
        [DESCRIPTOR_RESCUE] = crew->fd.rescue >= 0 ? crew->fd.rescue : crew->fd.null,
    };
    // From its first moment on it can be found by whoever waits for the run's lock, even if it is stopped
    // before it says a word.
    (void)prctl(PR_SET_NAME, "ration-worker");
    slot_announce(crew->arena, slot, getpid(), clock_now());
    for (int number = 0; number < DESCRIPTOR_END; number++) {
        if (source[number] != number && dup2(source[number], number) < 0) {
            _exit(127);
        }
    }
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    program_held_become(crew->program, DESCRIPTOR_END, arguments, crew->environment);
    _exit(127);
}

int spawn_worker(struct crew *crew, uint32_t slot, uint64_t now) {
    struct crew_worker *worker = &crew->worker[slot];
    char number[16];
    (void)snprintf(number, sizeof(number), "%u", slot);
    char program[] = "ration-worker";
    char option[] = "--slot";
    char *const arguments[] = {program, option, number, NULL};
    struct slot_report report;
    int key = key_pipe(crew, slot);
    if (key < 0) {
        log_warn("worker", "cannot make a pipe for worker %u: %s", slot + 1, strerror(errno));
        return -1;
    }
    int log_feed = log_feed_open(crew, slot);
    slot_prepare(crew->arena, slot);
    CRASH_POINT(spawn_prepared);
    slot_report(crew->arena, slot, &report);
    pid_t pid = fork();
    if (pid == 0) {
        become_worker(crew, slot, key, log_feed, arguments);
    }
    int error = errno;
    CRASH_POINT(spawned);
    (void)close(key);
    if (log_feed >= 0) {
        (void)close(log_feed);
    }
    if (pid < 0) {
        log_warn("worker", "cannot fork worker %u: %s", slot + 1, strerror(error));
        slot_clear(crew->arena, slot);
        return -1;
    }
    worker->restarts += worker->died;
    crew->restarts += worker->died;
    worker->died = false;
    worker->pid = pid;
    crew_phase_change(&worker->phase, CREW_SPAWN);
    worker->spawned_at = now;
    worker->asked = false;
    worker->hung = false;
    worker->heartbeat = 0;
    worker->silent = 0;
    worker->owning = 0;
    worker->alone = CREW_NOBODY;
    worker->outcomes = 0;
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        worker->outcomes += report.outcome[i];
    }
    return 0;
}

int spawn_find_program(struct program_held *program) {
    char problem[PROGRAM_PLACE_PROBLEM];
    char *path = program_place("ration-worker", problem);
    if (path == NULL) {
        log_fatal("run", "%s; ration and ration-worker are installed together", problem);
    } else if (program_held_open(program, path) != 0) {
        log_fatal("run", "cannot hold ration-worker: %s", descriptors_problem(errno));
    } else {
        return 0;
    }
    return -1;
}
