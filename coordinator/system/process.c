#include "system/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Places of the fields in /proc/PID/stat, counted from the one behind the program's name.
enum { STATE, PARENT, MEMORY = 21 };

bool process_parse(const char *text, struct process *process) {
    // The name stands in parentheses and may hold anything, these too.
    const char *at = strrchr(text, ')');
    if (at == NULL) {
        return false;
    }
    at++;
    for (int field = STATE; field <= MEMORY; field++) {
        while (*at == ' ') {
            at++;
        }
        if (*at == '\0') {
            return false;
        }
        if (field == STATE) {
            process->state = *at;
        } else if (field == PARENT) {
            process->parent = (pid_t)strtol(at, NULL, 10);
        } else if (field == MEMORY) {
            process->memory = strtoull(at, NULL, 10);
        }
        at += strcspn(at, " ");
    }
    return true;
}

bool process_look(pid_t pid, struct process *process) {
    char path[40];
    char text[1024];
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    *process = (struct process){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t n = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    text[n > 0 ? n : 0] = '\0';
    if (n <= 0 || !process_parse(text, process)) {
        return false;
    }
    process->memory *= (uint64_t)sysconf(_SC_PAGESIZE);
    return true;
}
