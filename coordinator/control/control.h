// The control socket of a run: accepts commands of the same user or root, one line each, and answers with one
// line. It lives in the supervising loop and never blocks it: at most CONTROL_CLIENTS at a time, each with
// CONTROL_PATIENCE from its connection to the last byte of its answer.
#ifndef RATION_CONTROL_H
#define RATION_CONTROL_H

#include "control/control_client.h"
#include "control/run_folder.h"
#include "control/run_info.h"
#include "ration/clock.h"

#include <stdint.h>

#define CONTROL_CLIENTS 16U
#define CONTROL_PATIENCE (5 * CLOCK_SECOND)
#define CONTROL_TAGS (CONTROL_CLIENTS + 1) // epoll tags that it uses, from the first one

struct control;

// Makes the run's folder, socket and run.json; clears away those of dead runs. NULL after a warning: the run
// goes on without.
struct control *control_open(const struct run_info *info);

// Hooks it into an epoll; its events come as data.u32 = first_tag … first_tag + CONTROL_TAGS - 1. 0, or -1
// with errno.
int control_attach(struct control *control, int epoll_fd, uint32_t first_tag, control_obey *obey,
                   void *context);

// The run's folder.
const struct run_folder *control_folder(const struct control *control);

// An event of one of its tags.
void control_event(struct control *control, uint32_t tag, uint64_t now);

// Now and then: drops clients that took too long.
void control_tick(struct control *control, uint64_t now);

// Drops all clients and removes the folder. `control` may be NULL.
void control_close(struct control *control);

#endif
