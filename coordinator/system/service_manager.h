// What a service manager is told of a run, after the protocol of sd_notify(3): single datagrams to the socket
// that NOTIFY_SOCKET names. Without that variable nothing is told.
#ifndef RATION_SERVICE_MANAGER_H
#define RATION_SERVICE_MANAGER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct service_manager {
    int fd; // -1: nobody wants to be told
    struct sockaddr_un address;
    socklen_t length;
    uint64_t watchdog; // nanoseconds between two signs of life; 0: none are wanted
    uint64_t alive, told;
    bool ready, stopping, failed;
};

// Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment, so that no worker gets them.
void service_manager_begin(struct service_manager *service);

// The run works. Later calls do nothing.
void service_manager_ready(struct service_manager *service);
// A sign of life, as often as the manager wants one. Call it several times a second.
void service_manager_tick(struct service_manager *service, uint64_t now);
// A new status is due: about once a second.
bool service_manager_due(const struct service_manager *service, uint64_t now);
// One line for people; the first line of `text` is taken.
void service_manager_status(struct service_manager *service, const char *text, uint64_t now);
// The run is about to end. Later calls do nothing.
void service_manager_stopping(struct service_manager *service);

void service_manager_end(struct service_manager *service);

#endif
