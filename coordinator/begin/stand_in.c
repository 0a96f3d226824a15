#include "begin/stand_in.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int stand_in_prompt(const char *text, char path[STAND_IN_PATH]) {
    size_t length = strlen(text);
    int fd = memfd_create("prompt", MFD_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    if (write(fd, text, length) != (ssize_t)length) {
        (void)close(fd);
        errno = ENOMEM;
        return -1;
    }
    (void)snprintf(path, STAND_IN_PATH, "/proc/self/fd/%d", fd);
    return fd;
}
