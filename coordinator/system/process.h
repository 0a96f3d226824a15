// What the kernel tells of a process in /proc.
#ifndef RATION_PROCESS_H
#define RATION_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
    char state; // R, S, D, T (stopped), Z, …
    pid_t parent;
    uint64_t memory; // resident bytes
};

// false: there is no such process, or it may not be looked at.
bool process_look(pid_t pid, struct process *process);

// Pure: reads the text of /proc/PID/stat; memory in pages. false: it is none.
bool process_parse(const char *text, struct process *process);

#endif
