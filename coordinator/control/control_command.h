// The commands that steer a run, and how they travel: one line of JSON each way.
//   {"command":"workers","number":8}             {"ok":true,"message":"8 workers wanted, 4 before"}
//   {"command":"restart-worker","number":"all"}  {"ok":false,"message":"the run is stopping"}
// Pure.
#ifndef RATION_CONTROL_COMMAND_H
#define RATION_CONTROL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_COMMAND_MOST 4096U // bytes of a request or an answer, its newline included
#define CONTROL_MESSAGE_SIZE 512U

enum control_verb {
    CONTROL_PAUSE,
    CONTROL_RESUME,
    CONTROL_STOP,           // number: CONTROL_NEXT; within this process also the two that follow
    CONTROL_WORKERS,        // number: how many
    CONTROL_RESTART_WORKER, // number: which, or CONTROL_ALL
    CONTROL_KILL_WORKER,    // number: which
    CONTROL_RESET,          // holds, breakers and told limits of all sessions
    CONTROL_CANCEL,         // the parts of a batch
    CONTROL_VERBS
};

#define CONTROL_ALL 0U

// Of CONTROL_STOP. Who repeats "next" means the next step: gently, then at once. A page that is open twice
// must say which step it means.
#define CONTROL_NEXT 0U
#define CONTROL_GENTLY 1U  // asked again it changes nothing
#define CONTROL_AT_ONCE 2U // of a run that is stopping; of another one it is refused

struct control_command {
    enum control_verb verb;
    uint32_t number; // workers count from 1
};

struct control_answer {
    bool good;
    bool again; // not good, but at once it may be; stays in this process
    char message[CONTROL_MESSAGE_SIZE];
};

// "pause", …
const char *control_command_name(enum control_verb verb);
// 0, or -1: no such command.
int control_command_find(const char *name, enum control_verb *verb);
bool control_command_takes_number(enum control_verb verb);
// A number as people write it: 1..BOUNDS_SLOTS, and "all" where the command takes it. 0, or -1.
int control_command_number(enum control_verb verb, const char *text, uint32_t *number);

// Writes a line with its newline; its length, or 0 when it does not fit.
size_t control_command_encode(const struct control_command *command, char *out, size_t size);
size_t control_answer_encode(const struct control_answer *answer, char *out, size_t size);

// `text` is one line, with or without its newline. 0; or -1, and `wrong` says what is wrong with it.
int control_command_decode(const char *text, size_t length, struct control_command *command,
                           const char **wrong);
int control_answer_decode(const char *text, size_t length, struct control_answer *answer);

#endif
