#include "steps.h"

#include "ration/clock.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (3 * CLOCK_SECOND) // longer than any wait that ends by itself

enum { BEFORE, INSIDE, AFTER };

// Shared with the children: where the stepped one and the sleeper stand.
static struct {
    volatile int stepped, sleeper;
} *where;

static void share(void) {
    if (where == NULL) {
        where = mmap(NULL, sizeof(*where), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (where == MAP_FAILED) {
            err(1, "mmap");
        }
    }
}

static pid_t start(steps_body *body, void *context, volatile int *place, bool traced) {
    *place = BEFORE;
    pid_t pid = fork();
    if (pid < 0) {
        err(1, "fork");
    }
    if (pid > 0) {
        return pid;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (traced && (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)) {
        _exit(126);
    }
    *place = INSIDE;
    int status = body(context);
    *place = AFTER;
    _exit(status);
}

// One instruction. false: the process has ended.
static bool step(pid_t pid) {
    int status;
    if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) != 0 || waitpid(pid, &status, 0) != pid) {
        err(1, "cannot step");
    }
    return WIFSTOPPED(status);
}

pid_t steps_start(steps_body *body, void *context) {
    int status;
    share();
    pid_t pid = start(body, context, &where->stepped, true);
    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
        return -1;
    }
    while (where->stepped == BEFORE) {
        if (!step(pid)) {
            errx(1, "the stepped process ended early");
        }
    }
    return pid;
}

bool steps_run(pid_t pid, size_t steps) {
    while (steps > 0 && where->stepped == INSIDE && step(pid)) {
        steps--;
    }
    return where->stepped == INSIDE;
}

const char *steps_writes(pid_t pid, size_t *length) {
#ifdef __x86_64__
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) != 0) {
        err(1, "cannot read registers");
    }
    errno = 0;
    long code = ptrace(PTRACE_PEEKTEXT, pid, (void *)(uintptr_t)registers.rip, NULL);
    if (errno == 0 && (code & 0xffff) == 0x050f && registers.rax == SYS_write) {
        *length = registers.rdx;
        return (const char *)(uintptr_t)registers.rsi; // a constant: at the same address here
    }
#else
    (void)pid;
    (void)length;
#endif
    return NULL;
}

void steps_kill(pid_t pid) {
    int status;
    (void)kill(pid, SIGKILL);
    do {
        if (waitpid(pid, &status, 0) != pid) {
            err(1, "waitpid");
        }
    } while (!WIFSIGNALED(status) && !WIFEXITED(status));
}

void steps_let_go(pid_t pid) {
    if (ptrace(PTRACE_DETACH, pid, NULL, NULL) != 0) {
        err(1, "cannot detach");
    }
}

// Whether the process sleeps, as the kernel sees it.
static bool asleep(int stat_fd) {
    char text[128];
    ssize_t n = pread(stat_fd, text, sizeof(text) - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    const char *state = strrchr(text, ')');
    return state == NULL || state[2] == 'S' || state[2] == 'Z';
}

pid_t steps_sleeper(steps_body *body, void *context) {
    char path[64];
    share();
    pid_t pid = start(body, context, &where->sleeper, false);
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err(1, "%s", path);
    }
    while (where->sleeper == BEFORE || (where->sleeper == INSIDE && !asleep(fd))) {
        (void)sched_yield();
    }
    (void)close(fd);
    return pid;
}

int steps_end(pid_t pid) {
    uint64_t until = clock_now() + PATIENCE;
    int status;
    pid_t ended;
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
        if (clock_now() > until) {
            steps_kill(pid);
            return -1;
        }
        (void)sched_yield();
    }
    return ended == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
