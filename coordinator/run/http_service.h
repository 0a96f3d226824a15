// The HTTP server as part of a run: its options, its token, and what it asks of the rest of the coordinator.
#ifndef RATION_HTTP_SERVICE_H
#define RATION_HTTP_SERVICE_H

#include "config/options.h"
#include "control/run_folder.h"
#include "control/steering.h"
#include "input/input_index.h"
#include "ration/arena.h"
#include "ration/output.h"
#include "system/service_manager.h"
#include "view/publish.h"

#include <stdbool.h>
#include <stdint.h>

struct http_service;

// --listen and --http-token-file: checks them and listens. Without --listen *service is NULL. 0, or -1 after
// telling what is wrong.
int http_service_open(const struct options *options, struct http_service **service);

// What it works with; all must outlive it.
struct http_service_run {
    const struct arena *arena;
    const struct publish *publish;
    struct steering *steering;
    const struct run_folder *folder; // for the token; NULL: there is none
    int file[OUTPUT_FILES];          // the output and the errors file, as long as the run has them
    int input;
    const char *input_name;
    const struct input_index *index;
};

// All that follow allow NULL for `service`.
// Hooks it into the loop: its events come with data.u32 = tag. Tells where it is, and where the token is. 0,
// or -1 with errno.
int http_service_begin(struct http_service *service, int epoll_fd, uint32_t tag,
                       const struct http_service_run *run);
void http_service_event(struct http_service *service);
// Each 100 ms.
void http_service_tick(struct http_service *service, uint64_t now);
// The most milliseconds that the loop may wait: `most`, or fewer.
int http_service_wait(const struct http_service *service, int most);
// The loop is over; what comes now waits for the end.
void http_service_detach(struct http_service *service);
// The run has ended, and its status was published for the last time: goes on answering for so many
// nanoseconds, or until SIGINT or SIGTERM comes by `signal_fd`. Nothing can be changed any more. `manager` is
// given its signs of life.
void http_service_linger(struct http_service *service, uint64_t span, int signal_fd,
                         struct service_manager *manager);
// Tells the listeners how the run ended, as it was published last, and closes.
void http_service_close(struct http_service *service);

#endif
