#include "system/program_held.h"

#include "system/descriptors.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int program_held_open(struct program_held *program, char *path) {
    struct stat status;
    *program = (struct program_held){.path = path};
    program->fd = descriptors_raise(open(path, O_PATH | O_CLOEXEC));
    if (program->fd < 0 || fstat(program->fd, &status) != 0) {
        int error = errno;
        program_held_close(program);
        errno = error;
        return -1;
    }
    program->device = status.st_dev;
    program->file = status.st_ino;
    return 0;
}

// The number of a file that is held is given to no other.
static bool still_there(const struct program_held *program) {
    struct stat status;
    return stat(program->path, &status) == 0 && status.st_dev == program->device &&
           status.st_ino == program->file;
}

void program_held_become(const struct program_held *program, int number, char *const *arguments,
                         char *const *environment) {
    int held = dup3(program->fd, number, O_CLOEXEC);
    closefrom(held >= 0 ? number + 1 : number);
    if (still_there(program)) {
        (void)execve(program->path, arguments, environment);
    }
    if (held >= 0) {
        (void)fexecve(held, arguments, environment);
    }
}

void program_held_close(struct program_held *program) {
    if (program->fd >= 0) {
        (void)close(program->fd);
    }
    free(program->path);
    *program = PROGRAM_HELD_NONE;
}
