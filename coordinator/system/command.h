// A program that is run for what it prints, without a shell: its words are split at blanks, '…' and "…" keep
// blanks. Its standard input is empty, its standard error is ours. It has a process group of its own, which
// is killed when it takes too long. The one process of this program besides the workers.
#ifndef RATION_COMMAND_H
#define RATION_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define COMMAND_OUTPUT 8192U // bytes that are kept; more are too many
#define COMMAND_WORDS 64U
#define COMMAND_PROBLEM_SIZE 160U

struct command {
    pid_t pid; // 0: none runs
    int fd;    // of its output; -1: it is closed
    bool reaped;
    int wait_status;
    uint64_t deadline; // monotonic
    size_t length;
    char output[COMMAND_OUTPUT + 1]; // may be secret: command_forget()
};

enum command_state { COMMAND_RUNS, COMMAND_DONE, COMMAND_FAILED };

// Starts it; it is to end within `patience`. 0, or -1 with why in `problem`.
int command_start(struct command *command, const char *text, uint64_t now, uint64_t patience,
                  char problem[COMMAND_PROBLEM_SIZE]);

// Never waits. COMMAND_DONE: it ended well, and all that it printed stands in output[0..length), NUL behind
// it. COMMAND_FAILED: why stands in `problem`, without what it printed. Either ends it.
enum command_state command_look(struct command *command, uint64_t now, char problem[COMMAND_PROBLEM_SIZE]);

// Whoever reaps all children tells of one that it does not know. False: it was not this command.
bool command_reaped(struct command *command, pid_t pid, int wait_status);

// Kills what runs, and wipes what was printed.
void command_forget(struct command *command);

#endif
