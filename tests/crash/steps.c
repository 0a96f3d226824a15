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
static struct { volatile int stepped, sleeper; } * where;

// The addresses of the instructions before which the last trail stood.
static uintptr_t trail[STEPS_MOST];
static size_t trail_length;

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

static uintptr_t address_of(pid_t pid) {
#ifdef __x86_64__
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) != 0) {
        err(1, "cannot read registers");
    }
    return registers.rip;
#else
    (void)pid;
    return 0;
#endif
}

// Lets the process go on until it traps. false: it has ended. Other signals, which it ignores, are told to
// its tracer, and dropped.
static bool go_on(pid_t pid, enum __ptrace_request request) {
    int status;
    do {
        if (ptrace(request, pid, NULL, NULL) != 0 || waitpid(pid, &status, 0) != pid) {
            err(1, "cannot trace");
        }
    } while (WIFSTOPPED(status) && WSTOPSIG(status) != SIGTRAP);
    return WIFSTOPPED(status);
}

// One instruction. false: the process has ended.
static bool step(pid_t pid) {
    return go_on(pid, PTRACE_SINGLESTEP);
}

// The process stands at the stop that precedes the body. -1: this machine allows no tracing.
static pid_t start_traced(steps_body *body, void *context) {
    int status;
    share();
    pid_t pid = start(body, context, &where->stepped, true);
    return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) ? pid : -1;
}

static void step_into(pid_t pid) {
    while (where->stepped == BEFORE) {
        if (!step(pid)) {
            errx(1, "the stepped process ended early");
        }
    }
}

pid_t steps_start_trail(steps_body *body, void *context) {
    pid_t pid = start_traced(body, context);
    trail_length = 0;
    if (pid > 0) {
        step_into(pid);
        trail[trail_length++] = address_of(pid);
    }
    return pid;
}

bool steps_on(pid_t pid) {
    if (!step(pid) || where->stepped != INSIDE) {
        return false;
    }
    if (trail_length == STEPS_MOST) {
        errx(1, "a body of more than %d instructions", STEPS_MOST);
    }
    trail[trail_length++] = address_of(pid);
    return true;
}

enum ran { NO_BREAKPOINT, THERE, ENDED };

#ifdef __x86_64__
// Lets the process run until it is about to execute trail[boundary]. No breakpoint can be set in the kernel's
// own page. A hundred times quicker than stepping.
static enum ran run_to(pid_t pid, size_t boundary) {
    uintptr_t at = trail[boundary];
    size_t passes = 0;
    for (size_t i = 0; i <= boundary; i++) {
        passes += trail[i] == at;
    }
    errno = 0;
    long code = ptrace(PTRACE_PEEKTEXT, pid, (void *)at, NULL);
    long trap = (code & ~0xffL) | 0xcc; // int3
    if (errno != 0) {
        return NO_BREAKPOINT;
    }
    for (;;) {
        if (ptrace(PTRACE_POKETEXT, pid, (void *)at, (void *)trap) != 0) {
            return NO_BREAKPOINT;
        }
        if (!go_on(pid, PTRACE_CONT)) {
            return ENDED;
        }
        struct user_regs_struct registers;
        if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) != 0 || registers.rip != at + 1) {
            errx(1, "a stop that is no breakpoint");
        }
        registers.rip = at;
        if (ptrace(PTRACE_SETREGS, pid, NULL, &registers) != 0 ||
            ptrace(PTRACE_POKETEXT, pid, (void *)at, (void *)code) != 0) {
            err(1, "cannot take a breakpoint back");
        }
        passes -= where->stepped == INSIDE;
        if (passes == 0) {
            return THERE;
        }
        if (!step(pid)) {
            return ENDED;
        }
    }
}
#else
static enum ran run_to(pid_t pid, size_t boundary) {
    (void)pid;
    (void)boundary;
    return NO_BREAKPOINT;
}
#endif

pid_t steps_start(steps_body *body, void *context, size_t instructions) {
    pid_t pid = start_traced(body, context);
    size_t boundary = instructions;
    enum ran ran = NO_BREAKPOINT;
    while (boundary > 0 && (ran = run_to(pid, boundary)) == NO_BREAKPOINT) {
        boundary--;
    }
    if (ran == ENDED) {
        return 0;
    }
    if (boundary == 0) {
        step_into(pid);
    }
    for (; boundary < instructions; boundary++) {
        if (!step(pid)) {
            return 0;
        }
    }
    return pid;
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
