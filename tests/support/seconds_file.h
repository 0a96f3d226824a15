// A number of seconds in a file, for the preloaded clocks.
#ifndef SUPPORT_SECONDS_FILE_H
#define SUPPORT_SECONDS_FILE_H

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// 0: there is no such file. `path` may be NULL.
static inline long seconds_file(const char *path) {
    char text[32] = "";
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) {
        return 0;
    }
    ssize_t n = read(file, text, sizeof(text) - 1);
    (void)close(file);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

#endif
