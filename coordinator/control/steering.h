// Does what the commands of the control socket say.
#ifndef RATION_STEERING_H
#define RATION_STEERING_H

#include "control/control_command.h"
#include "crew/crew.h"
#include "crew/restart.h"
#include "crew/stop.h"
#include "quota/quota_monitor.h"

// What a command may move.
struct steering {
    struct crew *crew;
    struct restart *restart;
    struct quota_monitor *quota; // or NULL
};

// A control_obey. `context` is a struct steering. Never waits: a drain goes on in the loop.
void steering_obey(void *context, const struct control_command *command, struct control_answer *answer);

#endif
