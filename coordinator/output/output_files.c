#include "output/output_files.h"

#include "output/orphans.h"
#include "output/output_place.h"
#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "system/descriptors.h"
#include "system/signals.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int open_one(const char *option, const char *name, bool resume, bool *is_new) {
    if (output_place_check(option, name, resume, is_new) != 0) {
        return -1;
    }
    int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (*is_new ? O_CREAT | O_EXCL : 0);
    int low = open(name, flags, 0644);
    int fd = descriptors_raise(low);
    if (fd < 0) {
        log_fatal("run", "--%s %s: cannot be written: %s", option, name, descriptors_problem(errno));
        if (low >= 0 && *is_new) {
            (void)unlink(name);
        }
    }
    return fd;
}

static int lock_record(int fd) {
    struct flock own = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &own);
}

int output_files_lock(int fd) {
    return lock_record(fd) != 0 ? -1 : flock(fd, LOCK_EX | LOCK_NB);
}

static int lock(const struct output_files *files) {
    if (lock_record(files->output) != 0) {
        if (!output_place_alive(files->output_name, files->output)) {
            log_fatal("run", "%s: cannot be locked: %s", files->output_name, strerror(errno));
        }
        return -1;
    }
    if (flock(files->output, LOCK_EX | LOCK_NB) == 0) {
        return 0;
    }
    char who[512];
    char arena[ARENA_NAME_SIZE];
    arena_name(files->device, files->inode, arena);
    orphans_describe(arena, who, sizeof(who));
    log_info("run", "%s: waiting for the last workers of %s to finish", files->output_name, who);
    uint64_t started = clock_now();
    uint64_t urged = started;
    // No lock call waits with a limit: it is asked for again and again.
    while (flock(files->output, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            log_fatal("run", "%s: cannot be locked: %s", files->output_name, strerror(errno));
            return -1;
        }
        const struct timespec pause = {.tv_nsec = 20 * (long)CLOCK_MS};
        (void)nanosleep(&pause, NULL);
        if (signals_caught()) {
            return -1;
        }
        uint64_t now = clock_now();
        if (now - urged > CLOCK_SECOND / 2) {
            orphans_urge(arena, now - started);
            urged = now;
        }
    }
    return 0;
}

static int identify(struct output_files *files) {
    struct stat status;
    if (fstat(files->output, &status) != 0) {
        log_fatal("run", "--output %s: %s", files->output_name, strerror(errno));
        return -1;
    }
    files->device = status.st_dev;
    files->inode = status.st_ino;
    return 0;
}

static bool is_output(const struct output_files *files, const struct stat *status) {
    return status->st_dev == files->device && status->st_ino == files->inode;
}

// Until the file that is locked is the one that the name leads to: another run may have put a new one there
// meanwhile.
static int open_output(struct output_files *files, bool resume) {
    for (;;) {
        struct stat status;
        files->output = open_one("output", files->output_name, resume, &files->output_new);
        if (files->output < 0) {
            return -1;
        }
        if (identify(files) != 0) {
            return -1;
        }
        if (lock(files) != 0) {
            files->output_new = false; // whoever holds the lock uses it
            return -1;
        }
        if (lstat(files->output_name, &status) == 0 && is_output(files, &status)) {
            if (output_place_free(&status, resume)) {
                return 0;
            }
            output_place_exists(files->output_name); // whoever had the lock until now has written meanwhile
            return -1;
        }
        (void)close(files->output);
    }
}

int output_files_lock_errors(int fd) {
    return flock(fd, LOCK_EX | LOCK_NB);
}

// Two outputs with one errors file would cut back each other's lines. As with the output, a lock counts only
// on the file that the name leads to.
static int open_errors(struct output_files *files, bool resume) {
    const char *name = files->errors_name;
    for (;;) {
        struct stat held, named;
        files->errors = open_one("errors", name, resume, &files->errors_new);
        if (files->errors < 0) {
            return -1;
        }
        if (fstat(files->errors, &held) != 0) {
            log_fatal("run", "--errors %s: %s", name, strerror(errno));
            return -1;
        }
        if (is_output(files, &held)) {
            log_fatal("run", "--errors and --output are the same file");
            return -1;
        }
        if (output_files_lock_errors(files->errors) != 0) {
            files->errors_new &= errno != EWOULDBLOCK; // whoever holds the lock uses it
            log_fatal("run", "--errors %s: another run is writing it; name another file", name);
            return -1;
        }
        if (lstat(name, &named) == 0 && named.st_dev == held.st_dev && named.st_ino == held.st_ino) {
            return 0;
        }
        (void)close(files->errors);
    }
}

int output_files_open(const char *output, const char *errors, bool resume, struct output_files *files) {
    *files = (struct output_files){.output_name = output, .errors_name = errors, .output = -1, .errors = -1};
    if (open_output(files, resume) != 0) {
        goto fail;
    }
    if (open_errors(files, resume) != 0) {
        goto fail;
    }
    return 0;
fail:
    output_files_discard(files);
    return -1;
}

int output_files_replace(struct output_files *files, int output, int errors) {
    if (errors >= 0) {
        (void)close(files->errors);
        files->errors = errors;
    }
    if (output < 0) {
        return 0;
    }
    (void)close(files->output);
    files->output = output;
    return identify(files);
}

// Somebody else may have put another file there.
static void unlink_own(const char *name, int fd) {
    struct stat own, named;
    if (fstat(fd, &own) == 0 && lstat(name, &named) == 0 && named.st_dev == own.st_dev &&
        named.st_ino == own.st_ino) {
        (void)unlink(name);
    }
}

void output_files_discard(struct output_files *files) {
    if (files->errors >= 0) {
        if (files->errors_new) {
            unlink_own(files->errors_name, files->errors);
        }
        (void)close(files->errors);
    }
    if (files->output >= 0) {
        if (files->output_new) {
            unlink_own(files->output_name, files->output);
        }
        (void)close(files->output);
    }
    files->output = files->errors = -1;
}

int output_files_close(struct output_files *files) {
    int result = 0;
    struct stat status;
    if (fsync(files->output) != 0 || fsync(files->errors) != 0) {
        log_fatal("disk", "the output may not be whole on the disk: %s", strerror(errno));
        result = -1;
    }
    if (fstat(files->errors, &status) == 0 && status.st_size == 0) {
        unlink_own(files->errors_name, files->errors);
    }
    (void)close(files->errors);
    (void)close(files->output);
    files->output = files->errors = -1;
    return result;
}
