#include "output/output_place.h"

#include "ration/log.h"
#include "system/descriptors.h"
#include "system/parent_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

// The process whose record lock is on the file, or 0.
static pid_t coordinator_of(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

bool output_place_alive(const char *name, int fd) {
    pid_t pid = coordinator_of(fd);
    if (pid != 0) {
        log_fatal("run", "%s: another run (pid %d) is working on this output; wait for it or stop it", name,
                  (int)pid);
    }
    return pid != 0;
}

bool output_place_free(const struct stat *status, bool resume) {
    return resume || status->st_size == 0;
}

void output_place_exists(const char *name) {
    int fd = open(name, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool alive = fd >= 0 && output_place_alive(name, fd);
    if (fd >= 0) {
        (void)close(fd);
    }
    if (!alive) {
        log_fatal("run", "%s exists already; add --resume to go on with it, or name another file", name);
    }
}

int output_place_check(const char *option, const char *name, bool resume, bool *is_new) {
    struct stat status;
    *is_new = lstat(name, &status) != 0;
    if (!*is_new && S_ISLNK(status.st_mode)) {
        log_fatal("run", "--%s %s: is a symbolic link; name the file itself", option, name);
        return -1;
    }
    if (!*is_new && !S_ISREG(status.st_mode)) {
        log_fatal("run", "--%s %s: is not a regular file", option, name);
        return -1;
    }
    if (!*is_new && !output_place_free(&status, resume)) {
        output_place_exists(name);
        return -1;
    }
    return 0;
}

int output_place_look(const char *option, const char *name, bool resume) {
    bool is_new;
    if (output_place_check(option, name, resume, &is_new) != 0) {
        return -1;
    }
    if (is_new && !parent_folder_writable(name)) {
        log_fatal("run", "--%s %s: its directory cannot be written to: %s; allow it, or name another", option,
                  name, strerror(errno));
        return -1;
    }
    int fd = is_new ? -1 : open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && !is_new) {
        log_fatal("run", "--%s %s: cannot be written: %s", option, name, descriptors_problem(errno));
    }
    bool alive = fd >= 0 && output_place_alive(name, fd);
    if (fd >= 0) {
        (void)close(fd);
    }
    return alive || (fd < 0 && !is_new) ? -1 : 0;
}
