#include "quota/quota_state.h"

#include "ration/file_io.h"
#include "ration/log.h"
#include "system/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0644

char *quota_state_path(const char *option, const char *output) {
    static const char suffix[] = ".jsonl";
    char *path = NULL;
    size_t length = strlen(output);
    if (option != NULL) {
        return strdup(option);
    }
    if (length > sizeof(suffix) - 1 && strcmp(output + length - (sizeof(suffix) - 1), suffix) == 0) {
        length -= sizeof(suffix) - 1;
    }
    return asprintf(&path, "%.*s.quota.json", (int)length, output) < 0 ? NULL : path;
}

// Why the path cannot be that of a state file, or NULL.
static const char *problem(const char *path, const char *const *others) {
    struct stat own, other;
    bool exists = lstat(path, &own) == 0;
    if (!exists && errno != ENOENT) {
        return strerror(errno);
    }
    if (exists && S_ISLNK(own.st_mode)) {
        return "is a symbolic link; name the file itself";
    }
    if (exists && !S_ISREG(own.st_mode)) {
        return "is not a regular file";
    }
    for (size_t i = 0; others[i] != NULL; i++) {
        if (strcmp(others[i], path) == 0 || (exists && stat(others[i], &other) == 0 &&
                                             other.st_dev == own.st_dev && other.st_ino == own.st_ino)) {
            return "is a file that the run reads or writes; name another one";
        }
    }
    return NULL;
}

// Whoever ends removes the lock file, so that a lock counts only on the one that the name leads to once it is
// held.
static int lock(struct quota_state *state) {
    for (;;) {
        struct stat held, named;
        int fd = descriptors_raise(open(state->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, MODE));
        if (fd < 0) {
            return -1;
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &held) != 0) {
            int error = errno;
            (void)close(fd);
            errno = error;
            return -1;
        }
        if (stat(state->lock_path, &named) == 0 && named.st_dev == held.st_dev &&
            named.st_ino == held.st_ino) {
            state->lock = fd;
            return 0;
        }
        (void)close(fd);
    }
}

// On failure nothing is left but errno.
static int write_new(const struct quota_state *state, const char *text, size_t length) {
    int fd = open(state->new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, MODE);
    if (fd < 0) {
        return -1;
    }
    int error = file_io_append(fd, text, length);
    if (error == 0 && fsync(fd) != 0) {
        error = errno;
    }
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    if (error == 0) {
        return 0;
    }
    (void)unlink(state->new_path);
    errno = error;
    return -1;
}

// The name itself is to outlive a crash of the machine, too.
static int sync_folder(const char *path) {
    char copy[PATH_MAX];
    (void)snprintf(copy, sizeof(copy), "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return 0; // a folder that may be written but not read
    }
    int result = fsync(fd);
    (void)close(fd);
    return result != 0 && errno != EINVAL ? -1 : 0;
}

int quota_state_write(const struct quota_state *state, const struct quota_record *record) {
    char text[QUOTA_RECORD_MOST];
    size_t length = quota_record_encode(record, text);
    if (length == 0) {
        errno = ENOMEM;
        return -1;
    }
    if (write_new(state, text, length) != 0) {
        return -1;
    }
    if (rename(state->new_path, state->path) != 0) {
        int error = errno;
        (void)unlink(state->new_path);
        errno = error;
        return -1;
    }
    return sync_folder(state->path);
}

// NULL, or what is wrong. *exists: there is a file. *unread: it could not be read, which says nothing of what
// is in it.
static const char *load(const char *path, struct quota_record *record, bool *exists, bool *unread) {
    char text[QUOTA_RECORD_MOST + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    *exists = fd >= 0 || errno != ENOENT;
    *unread = fd < 0 && *exists;
    if (fd < 0) {
        return *exists ? strerror(errno) : NULL;
    }
    ssize_t length = read(fd, text, sizeof(text));
    const char *wrong = length < 0 ? strerror(errno)
                        : (size_t)length > QUOTA_RECORD_MOST
                            ? "is too long for a quota state"
                            : quota_record_decode(text, (size_t)length, record);
    *unread = length < 0;
    (void)close(fd);
    return wrong;
}

static int set_aside(const char *path, const char *wrong) {
    char *aside = NULL;
    if (asprintf(&aside, "%s.corrupt", path) < 0) {
        log_fatal("quota", "out of memory");
        return -1;
    }
    int result = rename(path, aside);
    if (result == 0) {
        log_warn("quota",
                 "the quota state %s cannot be used: %s; it is set aside as %s, and counting begins at 0",
                 path, wrong, aside);
    } else {
        log_fatal("config", "--quota-state %s: %s; and it cannot be renamed to %s: %s", path, wrong, aside,
                  strerror(errno));
    }
    free(aside);
    return result;
}

static int set_paths(struct quota_state *state, const char *path) {
    state->path = strdup(path);
    if (asprintf(&state->lock_path, "%s.lock", path) < 0) {
        state->lock_path = NULL;
    }
    if (asprintf(&state->new_path, "%s.new", path) < 0) {
        state->new_path = NULL;
    }
    return state->path != NULL && state->lock_path != NULL && state->new_path != NULL ? 0 : -1;
}

// Whether a file as it will be written has room there.
static int try_write(const struct quota_state *state) {
    static const char text[QUOTA_RECORD_MOST / 8];
    if (write_new(state, text, sizeof(text)) != 0) {
        return -1;
    }
    return unlink(state->new_path);
}

int quota_state_open(struct quota_state *state, const char *path, const char *const *others,
                     struct quota_record *record, bool *known) {
    const char *wrong = problem(path, others);
    *state = (struct quota_state)QUOTA_STATE_CLOSED;
    *known = false;
    if (set_paths(state, path) != 0) {
        wrong = "out of memory";
    } else if (wrong == NULL && lock(state) != 0) {
        wrong = errno == EWOULDBLOCK
                    ? "another run counts in it; name another file, or wait for that run's end"
                    : descriptors_problem(errno);
    } else if (wrong == NULL && try_write(state) != 0) {
        wrong = strerror(errno);
    }
    if (wrong != NULL) {
        log_fatal("config", "--quota-state %s: %s", path, wrong);
        goto fail;
    }
    bool unread;
    wrong = load(path, record, known, &unread);
    if (wrong == NULL) {
        return 0;
    }
    *known = false;
    if (unread) { // what was used stands in it, and must not be forgotten
        log_fatal("config", "--quota-state %s: cannot be read: %s; make it readable, or move it away", path,
                  wrong);
        goto fail;
    }
    if (set_aside(path, wrong) == 0) {
        return 0;
    }
fail:
    quota_state_close(state);
    return -1;
}

void quota_state_close(struct quota_state *state) {
    if (state->lock >= 0) {
        (void)unlink(state->lock_path);
        (void)close(state->lock);
    }
    free(state->path);
    free(state->lock_path);
    free(state->new_path);
    *state = (struct quota_state)QUOTA_STATE_CLOSED;
}
