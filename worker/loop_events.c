#include "loop_events.h"

#include "log_follow.h"
#include "ration/clock.h"
#include "ration/descriptor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define MOST_EVENTS 256

static int add(const struct loop_events *events, int fd, uint32_t what) {
    struct epoll_event event = {.events = what, .data = {.fd = fd}};
    return epoll_ctl(events->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

// Without a log file it is /dev/null, which cannot be watched.
static int add_feed(const struct loop_events *events) {
    return add(events, DESCRIPTOR_LOG_FEED, EPOLLIN) != 0 && errno != EPERM ? -1 : 0;
}

int loop_events_open(struct loop_events *events) {
    sigset_t terminate;
    *events = (struct loop_events){.epoll_fd = -1, .timer_fd = -1, .signal_fd = -1};
    if (sigemptyset(&terminate) != 0 || sigaddset(&terminate, SIGTERM) != 0 ||
        sigprocmask(SIG_SETMASK, &terminate, NULL) != 0) {
        return -1;
    }
    events->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    events->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    events->signal_fd = signalfd(-1, &terminate, SFD_CLOEXEC | SFD_NONBLOCK);
    if (events->epoll_fd < 0 || events->timer_fd < 0 || events->signal_fd < 0 ||
        // Edge-triggered: arming the timer again makes a new edge, so it need never be read.
        add(events, events->timer_fd, EPOLLIN | EPOLLET) != 0 ||
        add(events, events->signal_fd, EPOLLIN) != 0 || add(events, DESCRIPTOR_BELL, EPOLLIN) != 0 ||
        add(events, DESCRIPTOR_LIFE, EPOLLIN) != 0 || add_feed(events) != 0 ||
        add(events, DESCRIPTOR_KEY, EPOLLIN) != 0) {
        int saved = errno;
        loop_events_close(events);
        errno = saved;
        return -1;
    }
    return 0;
}

static void close_one(int *fd) {
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

void loop_events_close(struct loop_events *events) {
    close_one(&events->epoll_fd);
    close_one(&events->timer_fd);
    close_one(&events->signal_fd);
}

// A timer that fires too early costs one round; moving it at each change would cost a system call a round.
static int arm(struct loop_events *events, uint64_t deadline, uint64_t now) {
    if (deadline == CLOCK_NEVER || (events->armed > now && events->armed <= deadline)) {
        return 0;
    }
    struct itimerspec when = {.it_value = {.tv_sec = (time_t)(deadline / CLOCK_SECOND),
                                           .tv_nsec = (long)(deadline % CLOCK_SECOND)}};
    events->armed = deadline;
    return timerfd_settime(events->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void drop_signal(const struct loop_events *events) {
    struct signalfd_siginfo information;
    while (read(events->signal_fd, &information, sizeof(information)) > 0) {}
}

static void drop_bell(void) {
    uint64_t rings;
    ssize_t ignored = read(DESCRIPTOR_BELL, &rings, sizeof(rings));
    (void)ignored;
}

static void handle(struct loop_events *events, struct transfers *transfers, const struct epoll_event *event,
                   struct loop_happened *happened) {
    int fd = event->data.fd;
    if (fd == events->timer_fd) {
        events->armed = 0;
    } else if (fd == DESCRIPTOR_BELL) {
        drop_bell();
        happened->bell = true;
    } else if (fd == DESCRIPTOR_LIFE) { // nothing is ever written to it
        (void)epoll_ctl(events->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        happened->orphaned = true;
    } else if (fd == DESCRIPTOR_LOG_FEED) {
        if (!log_follow_take()) {
            (void)epoll_ctl(events->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        }
    } else if (fd == DESCRIPTOR_KEY) {
        happened->keys = true;
    } else if (fd == events->signal_fd) {
        drop_signal(events);
        happened->terminate = true;
    } else {
        transfer_event(transfers, fd, event->events);
    }
}

void loop_events_end_keys(const struct loop_events *events) {
    (void)epoll_ctl(events->epoll_fd, EPOLL_CTL_DEL, DESCRIPTOR_KEY, NULL);
}

bool loop_events_orphaned(void) {
    struct pollfd life = {.fd = DESCRIPTOR_LIFE, .events = POLLIN};
    return poll(&life, 1, 0) == 1 && (life.revents & (POLLIN | POLLHUP)) != 0;
}

int loop_events_wait(struct loop_events *events, struct transfers *transfers, uint64_t deadline,
                     struct loop_happened *happened) {
    struct epoll_event event[MOST_EVENTS];
    uint64_t now = clock_now();
    *happened = (struct loop_happened){0};
    if (deadline > now && arm(events, deadline, now) != 0) {
        return -1;
    }
    int count = epoll_wait(events->epoll_fd, event, MOST_EVENTS, deadline <= now ? 0 : -1);
    if (count < 0) {
        return errno == EINTR ? 0 : -1;
    }
    for (int i = 0; i < count; i++) {
        handle(events, transfers, &event[i], happened);
    }
    return 0;
}
