// The worker's epoll: transfers, bell, lifeline, log file, SIGTERM and one timer.
#ifndef RATION_LOOP_EVENTS_H
#define RATION_LOOP_EVENTS_H

#include "exchange/transfer.h"

#include <stdbool.h>
#include <stdint.h>

struct loop_events {
    int epoll_fd;
    int timer_fd;
    int signal_fd;
    uint64_t armed; // when the timer fires; 0: not armed
};

// What happened besides transfers.
struct loop_happened {
    bool bell;      // orders have changed
    bool keys;      // new keys have come, or will not any more
    bool terminate; // SIGTERM
    bool orphaned;  // the coordinator is dead
};

// Blocks SIGTERM, which then arrives here alone. 0, or -1 with errno.
int loop_events_open(struct loop_events *events);
void loop_events_close(struct loop_events *events);

// There will be no new keys.
void loop_events_end_keys(const struct loop_events *events);

// Waits until something happens or `deadline` has come, and hands socket events to the transfers. 0, or -1
// with errno.
int loop_events_wait(struct loop_events *events, struct transfers *transfers, uint64_t deadline,
                     struct loop_happened *happened);

// Is the coordinator dead, now, whether that was told yet or not?
bool loop_events_orphaned(void);

#endif
