// The commands' side of the control socket.
#ifndef RATION_CLIENT_H
#define RATION_CLIENT_H

#include "control/control_command.h"
#include "control/run_info.h"

#include <stdint.h>

// Exit status of the commands that look at or steer a run.
enum client_exit {
    CLIENT_DONE = 0,
    CLIENT_FAILED = 1, // the run refused, or did not answer in time
    CLIENT_NO_RUN = 2, // no such run, several, or usage
};

// Sends the command to the run that `run_name` means (see run_list.h; may be NULL) and prints its answer.
int client_send(const struct control_command *command, const char *run_name);

// Sends it to that run, waits at most so many nanoseconds, and prints nothing: the answer has what the run
// said, or why it said nothing.
void client_ask(const struct control_command *command, const struct run_info *info, uint64_t patience,
                struct control_answer *answer);

#endif
