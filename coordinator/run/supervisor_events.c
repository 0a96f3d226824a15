#include "run/supervisor_events.h"

#include "crew/followers.h"
#include "crew/reap.h"
#include "member/member.h"
#include "ration/clock.h"
#include "run/supervisor_tick.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

// Tags of the events; those of the control socket's clients follow its own.
enum { EVENT_SIGNAL, EVENT_DOORBELL, EVENT_HTTP, EVENT_MEMBER, EVENT_CONTROL };
#define EVENTS_MOST 16

static int watch(const struct loop *loop, int fd, uint32_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = tag}};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event);
}

int supervisor_events_open(struct loop *loop) {
    struct services *services = loop->services;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0 || watch(loop, loop->signals, EVENT_SIGNAL) != 0 ||
        watch(loop, loop->crew->fd.doorbell, EVENT_DOORBELL) != 0) {
        return -1;
    }
    member_watch(services->member, loop->epoll, EVENT_MEMBER);
    const struct http_service_run http = {
        .arena = loop->crew->arena,
        .publish = services->publish,
        .steering = &loop->steering,
        .folder = services->control != NULL ? control_folder(services->control) : NULL,
        .file = {loop->crew->fd.output, loop->crew->fd.errors},
        .input = loop->crew->fd.input,
        .input_name = loop->crew->input_name,
        .index = loop->crew->index,
    };
    if (http_service_begin(services->http, loop->epoll, EVENT_HTTP, &http) != 0) {
        return -1;
    }
    return services->control == NULL ? 0
                                     : control_attach(services->control, loop->epoll, EVENT_CONTROL,
                                                      steering_obey, &loop->steering);
}

void supervisor_events_wait(struct loop *loop) {
    struct services *services = loop->services;
    struct epoll_event event[EVENTS_MOST];
    eventfd_t rings;
    bool more = reap_pending(loop->crew) || followers_pending(loop->crew->followers);
    int most = more ? 1 : (int)(SUPERVISOR_TICK / CLOCK_MS);
    most = http_service_wait(services->http, most);
    bool http = most == 0;
    int count = epoll_wait(loop->epoll, event, EVENTS_MOST, most);
    uint64_t now = clock_now();
    for (int i = 0; i < count; i++) {
        uint32_t tag = event[i].data.u32;
        if (tag == EVENT_DOORBELL) {
            (void)eventfd_read(loop->crew->fd.doorbell, &rings);
        } else if (tag >= EVENT_CONTROL) {
            control_event(services->control, tag, now);
        }
        http = http || tag == EVENT_HTTP;
    }
    if (http) {
        http_service_event(services->http);
    }
}

void supervisor_events_close(struct loop *loop) {
    http_service_detach(loop->services->http);
    if (loop->epoll >= 0) {
        (void)close(loop->epoll);
    }
}
