#include "process.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool process_parse(const char *text, struct process *process) {
    // The program's name stands in parentheses and may hold anything, these too.
    const char *end = strrchr(text, ')');
    int parent = 0;
    return end != NULL &&
           sscanf(end + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %*u %*u %" SCNu64,
                  &process->state, &parent, &process->memory) == 3 &&
           (process->parent = parent) >= 0;
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
