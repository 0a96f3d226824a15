#include "system/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void catch (int number) {
    (void)number;
    caught = 1;
}

static bool hangup_ignored(void) {
    struct sigaction now;
    return sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void handle_all(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler}; // no SA_RESTART: a read must end
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    if (!hangup_ignored()) {
        (void)sigaction(SIGHUP, &action, NULL);
    }
}

// Blocked, so that one that comes before signals_open() waits; ignored, so that a worker begins so.
static void hold_user_signal(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGUSR1);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGUSR1, SIG_IGN);
}

void signals_catch(void) {
    handle_all(catch);
    (void)signal(SIGTTOU, SIG_IGN); // `stty tostop`: what is told in the background must not stop the run
    (void)signal(SIGXFSZ, SIG_IGN); // ulimit -f: a write fails with EFBIG instead, and is told
    hold_user_signal();
}

bool signals_caught(void) {
    return caught != 0;
}

int signals_open(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGUSR1);
    (void)sigaddset(&set, SIGTSTP);
    if (!hangup_ignored()) {
        (void)sigaddset(&set, SIGHUP);
    }
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return -1;
    }
    handle_all(SIG_DFL); // a worker between fork and exec must die of them, not set a flag
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void signals_stop(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTSTP);
    (void)raise(SIGTSTP); // the system's own: nothing stops a process that no shell could continue
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
}

int signals_next(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}
