#include "system/whole_file.h"

#include "ration/file_io.h"
#include "ration/text.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM ((size_t)256 << 10)

struct whole_file {
    int fd;
    bool own;             // the descriptor is ours to close
    char *fresh, *target; // NULL: there is no name to take
    int error;
    struct text json; // a string on its way
    size_t used;
    char text[ROOM];
};

// Where a name leads to, also if nothing stands there yet: malloc'ed.
static char *target_of(const char *path) {
    char *real = realpath(path, NULL);
    return real != NULL || errno != ENOENT ? real : strdup(path);
}

static mode_t mode_of_new(void) {
    mode_t mask = umask(0);
    (void)umask(mask);
    return 0666 & ~mask;
}

char *whole_file_beside(const char *path, char **target) {
    char *fresh = NULL;
    *target = target_of(path);
    if (*target == NULL) {
        return NULL;
    }
    const char *slash = strrchr(*target, '/');
    const char *name = slash != NULL ? slash + 1 : *target;
    if (asprintf(&fresh, "%.*s.%.200s.XXXXXX", (int)(name - *target), *target, name) < 0) {
        fresh = NULL;
        errno = ENOMEM;
    }
    int fd = fresh != NULL ? mkostemp(fresh, O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fchmod(fd, mode_of_new());
        (void)close(fd);
        return fresh;
    }
    int error = errno;
    free(fresh);
    free(*target);
    *target = NULL;
    errno = error;
    return NULL;
}

static bool takes_name(const char *path) {
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

struct whole_file *whole_file_open(const char *path) {
    struct whole_file *file = calloc(1, sizeof(*file));
    if (file == NULL) {
        return NULL;
    }
    file->own = strcmp(path, "-") != 0;
    if (!file->own) {
        file->fd = STDOUT_FILENO;
        return file;
    }
    if (takes_name(path)) {
        file->fresh = whole_file_beside(path, &file->target);
        file->fd = file->fresh != NULL ? open(file->fresh, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    } else {
        file->fd = open(path, O_WRONLY | O_CLOEXEC);
    }
    if (file->fd < 0) {
        int error = errno;
        whole_file_free(file);
        errno = error;
        return NULL;
    }
    return file;
}

static void flush(struct whole_file *file) {
    if (file->error == 0) {
        file->error = file_io_append(file->fd, file->text, file->used);
    }
    file->used = 0;
}

void whole_file_put(struct whole_file *file, const char *text, size_t length) {
    while (length > 0) {
        if (file->used == ROOM) {
            flush(file);
        }
        size_t part = length < ROOM - file->used ? length : ROOM - file->used;
        memcpy(file->text + file->used, text, part);
        file->used += part;
        text += part;
        length -= part;
    }
}

void whole_file_text(struct whole_file *file, const char *text) {
    whole_file_put(file, text, strlen(text));
}

void whole_file_json(struct whole_file *file, const char *text, size_t length) {
    text_clear(&file->json);
    text_add_json(&file->json, text, length);
    if (file->json.failed) {
        file->error = file->error != 0 ? file->error : ENOMEM;
        return;
    }
    whole_file_put(file, file->json.bytes, file->json.length);
}

int whole_file_error(const struct whole_file *file) {
    return file->error;
}

static int sync_folder(const char *path) {
    char copy[PATH_MAX];
    if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy)) {
        return ENAMETOOLONG;
    }
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // Some file systems sync no folder: then it is as good as it gets.
    int error = fd < 0 || fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
    if (fd >= 0) {
        (void)close(fd);
    }
    return error;
}

int whole_file_rename(const char *fresh, const char *target) {
    int fd = open(fresh, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int error = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (error == 0 && rename(fresh, target) != 0) {
        error = errno;
    }
    return error != 0 ? error : sync_folder(target);
}

int whole_file_commit(struct whole_file *file) {
    flush(file);
    if (file->own) {
        if (close(file->fd) != 0 && file->error == 0) {
            file->error = errno;
        }
        file->fd = -1;
    }
    if (file->error == 0 && file->fresh != NULL) {
        file->error = whole_file_rename(file->fresh, file->target);
        if (file->error == 0) {
            free(file->fresh);
            file->fresh = NULL;
        }
    }
    return file->error;
}

void whole_file_free(struct whole_file *file) {
    if (file == NULL) {
        return;
    }
    if (file->own && file->fd >= 0) {
        (void)close(file->fd);
    }
    if (file->fresh != NULL) {
        (void)unlink(file->fresh);
    }
    text_free(&file->json);
    free(file->fresh);
    free(file->target);
    free(file);
}
