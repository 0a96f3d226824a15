#include "member/member_link.h"

#include "ration/clock.h"
#include "ration/log.h"
#include "system/descriptors.h"
#include "system/program_place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET 3 // in the link
#define PIECE ((size_t)64 << 10)
#define RESTART_FIRST (100 * CLOCK_MS)
#define RESTART_MOST (5 * CLOCK_SECOND)
// Its own deadlines are shorter; only a name that is looked up may keep it so long.
#define HANGS (60 * CLOCK_SECOND)

extern char **environ;

static int lane_of(uint32_t call) {
    return call == LINK_TICK ? 0 : 1;
}

// ---- what it is given ----

// libpq's own, and what any program needs to find files, names and certificates.
static bool is_its_own(const char *variable) {
    static const char *const known[] = {
        "PATH=",         "HOME=",          "USER=",         "LOGNAME=",    "TMPDIR=",
        "TZ=",           "LANG=",          "LC_",           "PG",          "KRB5",
        "SSL_CERT_",     "OPENSSL_",       "RES_OPTIONS=",  "LD_PRELOAD=", "LD_LIBRARY_PATH=",
        "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=", "GCOV_PREFIX", "LLVM_PROFILE_FILE="};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strncmp(variable, known[i], strlen(known[i])) == 0) {
            return true;
        }
    }
    return false;
}

static char **make_environment(void) {
    size_t count = 0, kept = 0;
    while (environ[count] != NULL) {
        count++;
    }
    char **made = calloc(count + 1, sizeof(*made));
    for (size_t i = 0; made != NULL && i < count; i++) {
        if (is_its_own(environ[i])) {
            made[kept++] = environ[i];
        }
    }
    return made;
}

int member_link_open(struct member_link *link, const char *conninfo) {
    *link = (struct member_link){.program = PROGRAM_HELD_NONE, .fd = -1, .conninfo = conninfo};
    char problem[PROGRAM_PLACE_PROBLEM];
    char *path = program_place("ration-link", problem);
    link->environment = make_environment();
    if (path == NULL) {
        log_fatal("fleet", "%s; it is built with libpq (Debian: libpq-dev)", problem);
    } else if (program_held_open(&link->program, path) != 0) {
        log_fatal("fleet", "cannot hold ration-link: %s", descriptors_problem(errno));
    } else if (link->environment == NULL) {
        log_fatal("fleet", "out of memory");
    } else {
        return 0;
    }
    return -1;
}

// ---- the process ----

// In the child: async-signal-safe calls only.
_Noreturn static void become_link(const struct member_link *link, int socket, int null, pid_t parent) {
    char name[] = "ration-link";
    char *const arguments[] = {name, NULL};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(socket, SOCKET) < 0) {
        _exit(127);
    }
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    program_held_become(&link->program, SOCKET + 1, arguments, link->environment);
    _exit(127);
}

static void add_frame(struct member_link *link, uint32_t call, uint64_t number, uint32_t count,
                      const struct link_field *field) {
    link_frame_add(&link->out, &(struct link_frame){.kind = call, .count = count, .number = number}, field);
}

static void spawn(struct member_link *link, uint64_t now) {
    int ends[2] = {-1, -1};
    int null = descriptors_raise(open("/dev/null", O_RDWR | O_CLOEXEC));
    link->spawn_at = now + RESTART_MOST;
    if (null < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        log_warn("fleet", "cannot start ration-link: %s", descriptors_problem(errno));
        if (null >= 0) {
            (void)close(null);
        }
        return;
    }
    int own = descriptors_raise(ends[0]), other = descriptors_raise(ends[1]);
    pid_t parent = getpid();
    pid_t pid = own < 0 || other < 0 || fcntl(own, F_SETFL, O_NONBLOCK) != 0 ? -1 : fork();
    if (pid == 0) {
        become_link(link, other, null, parent);
    }
    (void)close(null);
    if (other >= 0) {
        (void)close(other);
    }
    if (pid < 0) {
        log_warn("fleet", "cannot start ration-link: %s", strerror(errno));
        if (own >= 0) {
            (void)close(own);
        }
        return;
    }
    link->pid = pid;
    link->fd = own;
    text_clear(&link->in);
    text_clear(&link->out);
    add_frame(link, LINK_CONNECT, 0, 1,
              &(struct link_field){link->conninfo, (uint32_t)strlen(link->conninfo)});
}

static void lose(struct member_link *link, member_link_take *take, void *context) {
    static const char why[] = "ration-link has ended";
    const struct link_field field = {why, sizeof(why) - 1};
    for (int i = 0; i < 2; i++) {
        if (link->lane[i].busy) {
            link->lane[i].busy = false;
            take(context, (enum link_call)link->lane[i].call,
                 &(struct link_frame){.kind = LINK_LOST, .count = 1, .number = link->lane[i].number}, &field);
        }
    }
}

static void part(struct member_link *link, uint64_t now) {
    uint64_t wait = RESTART_FIRST << (link->failures < 6 ? link->failures : 6);
    (void)close(link->fd);
    link->fd = -1;
    link->failures++;
    link->restarts++;
    link->spawn_at = now + (wait < RESTART_MOST ? wait : RESTART_MOST);
    if (link->pid > 0) {
        (void)kill(link->pid, SIGKILL); // not reaped yet, so the pid is still its own
    }
}

bool member_link_reaped(struct member_link *link, pid_t pid, int wait_status, uint64_t now) {
    if (link->pid != pid || pid <= 0) {
        return false;
    }
    bool failed = !WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0;
    log_warn("fleet", "ration-link (pid %d) has ended%s; another one is started", (int)pid,
             failed && WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 127 ? ": it cannot be run" : "");
    link->pid = 0;
    if (link->fd >= 0) {
        part(link, now);
    }
    return true;
}

// ---- calls ----

bool member_link_is_free(const struct member_link *link, enum link_call call) {
    return link->fd >= 0 && !link->lane[lane_of(call)].busy;
}

void member_link_ask(struct member_link *link, enum link_call call, uint32_t count,
                     const struct link_field *field, uint64_t now) {
    int lane = lane_of(call);
    link->lane[lane].busy = true;
    link->lane[lane].call = call;
    link->lane[lane].number = ++link->number;
    link->lane[lane].since = now;
    add_frame(link, call, link->number, count, field);
}

static bool give(struct member_link *link) {
    while (link->out.length > 0) {
        ssize_t n = send(link->fd, link->out.bytes, link->out.length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        memmove(link->out.bytes, link->out.bytes + n, link->out.length - (size_t)n);
        link->out.length -= (size_t)n;
    }
    text_shrink(&link->out, 4 * PIECE);
    return !link->out.failed;
}

static void deliver(struct member_link *link, const struct link_frame *frame, const struct link_field *field,
                    member_link_take *take, void *context) {
    for (int i = 0; i < 2; i++) {
        if (link->lane[i].busy && link->lane[i].number == frame->number) {
            link->lane[i].busy = false;
            link->failures = 0;
            take(context, (enum link_call)link->lane[i].call, frame, field);
            return;
        }
    }
}

static bool receive(struct member_link *link, member_link_take *take, void *context) {
    char piece[PIECE];
    ssize_t n;
    while ((n = recv(link->fd, piece, sizeof(piece), MSG_DONTWAIT)) > 0) {
        text_add(&link->in, piece, (size_t)n);
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR) || link->in.failed) {
        return false;
    }
    size_t taken = 0;
    ptrdiff_t size = 0;
    do {
        struct link_frame frame;
        struct link_field *field;
        size = link_frame_read(link->in.bytes + taken, link->in.length - taken, &frame, &field);
        if (size > 0) {
            deliver(link, &frame, field, take, context);
            taken += (size_t)size;
        }
        free(field);
    } while (size > 0);
    if (taken > 0) {
        memmove(link->in.bytes, link->in.bytes + taken, link->in.length - taken);
        link->in.length -= taken;
        text_shrink(&link->in, 4 * PIECE);
    }
    return size == 0;
}

static bool hangs(const struct member_link *link, uint64_t now) {
    for (int i = 0; i < 2; i++) {
        if (link->lane[i].busy && now > link->lane[i].since && now - link->lane[i].since > HANGS) {
            return true;
        }
    }
    return false;
}

void member_link_step(struct member_link *link, member_link_take *take, void *context, uint64_t now) {
    if (link->fd < 0 && link->pid == 0 && now >= link->spawn_at) {
        spawn(link, now);
    }
    if (link->fd < 0) {
        lose(link, take, context);
        return;
    }
    bool hung = hangs(link, now);
    if (hung) {
        log_warn("fleet", "ration-link (pid %d) gave no answer for a minute; it is killed", (int)link->pid);
    }
    if (hung || !give(link) || !receive(link, take, context)) {
        part(link, now);
        lose(link, take, context);
    }
}

void member_link_close(struct member_link *link) {
    if (link->fd >= 0) {
        (void)close(link->fd);
        link->fd = -1;
    }
    if (link->pid > 0) {
        (void)kill(link->pid, SIGKILL);
        (void)waitpid(link->pid, NULL, 0);
        link->pid = 0;
    }
    text_free(&link->in);
    text_free(&link->out);
    program_held_close(&link->program);
    free(link->environment);
    link->environment = NULL;
}
