// Preloaded into a machine's programs by a test: its lid was closed for as many seconds as the file
// FILE.slept says, where FILE is this library. The monotonic clock and its timers stood still so long; all
// others went on.
#include "seconds_file.h"

#include <dlfcn.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <time.h>

static long slept(void) {
    static char path[4096];
    static char own;
    Dl_info library;
    if (path[0] == '\0' && dladdr(&own, &library) != 0) {
        (void)snprintf(path, sizeof(path), "%s.slept", library.dli_fname);
    }
    return seconds_file(path);
}

int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    int result = real(id, now);
    if (result == 0 && (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE)) {
        now->tv_sec -= slept();
    }
    return result;
}

int sem_clockwait(sem_t *restrict sem, clockid_t id, const struct timespec *restrict until) {
    static int (*real)(sem_t *, clockid_t, const struct timespec *);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "sem_clockwait");
    }
    struct timespec at = *until;
    at.tv_sec += id == CLOCK_MONOTONIC ? slept() : 0;
    return real(sem, id, &at);
}

// Only timers of the monotonic clock are set with a moment here.
int timerfd_settime(int fd, int flags, const struct itimerspec *when, struct itimerspec *before) {
    static int (*real)(int, int, const struct itimerspec *, struct itimerspec *);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "timerfd_settime");
    }
    struct itimerspec at = *when;
    if (((unsigned)flags & TFD_TIMER_ABSTIME) != 0 && (at.it_value.tv_sec != 0 || at.it_value.tv_nsec != 0)) {
        at.it_value.tv_sec += slept();
    }
    return real(fd, flags, &at, before);
}
