#include "system/service_manager.h"

#include "ration/clock.h"
#include "ration/log.h"
#include "ration/utf8.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_INTERVAL CLOCK_SECOND
#define MESSAGE_SIZE 512

// "/run/…" or "@…", a name of the abstract space. False: neither, or too long.
static bool make_address(struct service_manager *service, const char *name) {
    size_t length = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || length < 2 || length >= sizeof(service->address.sun_path)) {
        return false;
    }
    service->address.sun_family = AF_UNIX;
    memcpy(service->address.sun_path, name, length);
    if (name[0] == '@') {
        service->address.sun_path[0] = '\0';
    }
    service->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '/'));
    return true;
}

// 0: none is wanted, or of another process.
static uint64_t watchdog_interval(const char *microseconds, const char *pid) {
    char *end = NULL;
    if (microseconds == NULL || (pid != NULL && strtoll(pid, NULL, 10) != (long long)getpid())) {
        return 0;
    }
    errno = 0;
    unsigned long long number = strtoull(microseconds, &end, 10);
    if (errno != 0 || end == microseconds || *end != '\0' || number > UINT64_MAX / 1000) {
        return 0;
    }
    return number * 1000 / 2;
}

void service_manager_begin(struct service_manager *service) {
    *service = (struct service_manager){.fd = -1};
    const char *name = getenv("NOTIFY_SOCKET");
    if (name != NULL && name[0] != '\0') {
        if (make_address(service, name)) {
            service->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        }
        if (service->fd < 0) {
            log_warn("run", "cannot tell the service manager at NOTIFY_SOCKET=%s how the run is", name);
        }
        service->watchdog = watchdog_interval(getenv("WATCHDOG_USEC"), getenv("WATCHDOG_PID"));
    }
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
}

// A manager that does not listen never holds up the run.
static void tell(struct service_manager *service, const char *message) {
    if (service->fd < 0) {
        return;
    }
    ssize_t sent = sendto(service->fd, message, strlen(message), MSG_NOSIGNAL,
                          (const struct sockaddr *)&service->address, service->length);
    if (sent < 0 && errno != EAGAIN && !service->failed) {
        log_warn("run", "cannot tell the service manager how the run is: %s", strerror(errno));
        service->failed = true;
    }
}

void service_manager_ready(struct service_manager *service) {
    if (!service->ready) {
        service->ready = true;
        tell(service, "READY=1");
    }
}

void service_manager_tick(struct service_manager *service, uint64_t now) {
    if (service->watchdog != 0 && now - service->alive >= service->watchdog) {
        service->alive = now;
        tell(service, "WATCHDOG=1");
    }
}

bool service_manager_due(const struct service_manager *service, uint64_t now) {
    return service->fd >= 0 && now - service->told >= STATUS_INTERVAL;
}

void service_manager_status(struct service_manager *service, const char *text, uint64_t now) {
    char message[MESSAGE_SIZE];
    service->told = now;
    (void)snprintf(message, sizeof(message), "STATUS=%.*s", (int)strcspn(text, "\n"), text);
    utf8_defuse(message);
    tell(service, message);
}

void service_manager_stopping(struct service_manager *service) {
    if (!service->stopping) {
        service->stopping = true;
        tell(service, "STOPPING=1");
    }
}

void service_manager_end(struct service_manager *service) {
    if (service->fd >= 0) {
        (void)close(service->fd);
        service->fd = -1;
    }
}
