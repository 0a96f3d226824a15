// Forked processes of a test. A child never returns into cmocka, and dies with its parent.
#ifndef UNIT_CHILD_H
#define UNIT_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// In a child, where cmocka's assertions cannot be used: tells and exits.
#define CHILD_CHECK(condition)                                                                \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            (void)fprintf(stderr, "%s:%d: in a child: %s\n", __FILE__, __LINE__, #condition); \
            _exit(99);                                                                        \
        }                                                                                     \
    } while (0)

// Runs `work` in a child, which then exits 0.
static inline pid_t child_start(void (*work)(void *context), void *context) {
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        abort();
    }
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        work(context);
        _exit(0);
    }
    return pid;
}

// Its wait status.
static inline int child_end(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) != pid) {
        if (errno != EINTR) {
            perror("waitpid");
            abort();
        }
    }
    return status;
}

static inline bool child_good(pid_t pid) {
    int status = child_end(pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static inline void child_kill(pid_t pid) {
    (void)kill(pid, SIGKILL);
    (void)child_end(pid);
}

// Whether `work` panics. What it says is not shown.
static inline bool child_panics(void (*work)(void *context), void *context) {
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (null >= 0) {
            (void)dup2(null, STDERR_FILENO);
        }
        work(context);
        _exit(0);
    }
    int status = child_end(pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

// One byte from one process to another: the other end of a pipe made before the fork.
static inline void child_signal(int fd) {
    ssize_t n = write(fd, "!", 1);
    if (n != 1) {
        abort();
    }
}

// Waits for it; false: nobody is left who could send it.
static inline bool child_wait_signal(int fd) {
    char byte;
    ssize_t n;
    do {
        n = read(fd, &byte, 1);
    } while (n < 0 && errno == EINTR);
    return n == 1;
}

#endif
