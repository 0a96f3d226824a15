// What a service manager is told of a run, after the protocol of sd_notify(3): single datagrams to the socket
// that NOTIFY_SOCKET names. Without that variable nothing is told.
#ifndef RATION_SERVICE_H
#define RATION_SERVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct service {
    int fd; // -1: nobody wants to be told
    struct sockaddr_un address;
    socklen_t length;
    uint64_t watchdog; // nanoseconds between two signs of life; 0: none are wanted
    uint64_t alive, told;
    bool ready, stopping, failed;
};

// Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment, so that no worker gets them.
void service_begin(struct service *service);

// The run works. Later calls do nothing.
void service_ready(struct service *service);
// A sign of life, as often as the manager wants one. Call it several times a second.
void service_tick(struct service *service, uint64_t now);
// A new status is due: about once a second.
bool service_due(const struct service *service, uint64_t now);
// One line for people; the first line of `text` is taken.
void service_status(struct service *service, const char *text, uint64_t now);
// The run is about to end. Later calls do nothing.
void service_stopping(struct service *service);

void service_end(struct service *service);

#endif
