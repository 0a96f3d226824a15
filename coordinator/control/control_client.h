// One connection to the control socket: a line comes, is obeyed, and is answered.
#ifndef RATION_CONTROL_CLIENT_H
#define RATION_CONTROL_CLIENT_H

#include "control/control_command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Does what a command says, without waiting.
typedef void control_obey(void *context, const struct control_command *command,
                          struct control_answer *answer);

// First `text` fills with the request, then it holds the answer.
struct control_client {
    int fd; // non-blocking; -1: free
    uint64_t deadline;
    bool answering;
    size_t length; // of the request so far, or of the answer
    size_t sent;
    char text[CONTROL_COMMAND_MOST];
};

// What the connection waits for.
enum control_client_wait { CONTROL_CLIENT_INPUT, CONTROL_CLIENT_OUTPUT, CONTROL_CLIENT_OVER };

void control_client_begin(struct control_client *client, int fd, uint64_t deadline);

// Goes on as far as it can without waiting. The caller closes the descriptor when it is over.
enum control_client_wait control_client_run(struct control_client *client, control_obey *obey, void *context);

// The peer is this user or root.
bool control_client_may_command(int fd);

#endif
