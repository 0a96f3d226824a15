// A directory of its own for one test.
#ifndef UNIT_DIRECTORY_H
#define UNIT_DIRECTORY_H

#include <bsd/string.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct unit_directory {
    char path[64];
    char joined[8][PATH_MAX];
    unsigned next;
};

static inline void directory_make(struct unit_directory *directory) {
    const char *base = getenv("TMPDIR");
    (void)snprintf(directory->path, sizeof(directory->path), "%s/ration-unit-XXXXXX",
                   base != NULL && strlen(base) < 40 ? base : "/tmp");
    if (mkdtemp(directory->path) == NULL) {
        perror("mkdtemp");
        abort();
    }
    directory->next = 0;
}

// The path of a file in it; good for the next seven calls.
static inline const char *directory_file(struct unit_directory *directory, const char *name) {
    char *out = directory->joined[directory->next++ % 8];
    (void)strlcpy(out, directory->path, PATH_MAX);
    (void)strlcat(out, "/", PATH_MAX);
    (void)strlcat(out, name, PATH_MAX);
    return out;
}

// Writes a file in it; returns its path.
static inline const char *directory_write(struct unit_directory *directory, const char *name,
                                          const void *bytes, size_t length) {
    const char *path = directory_file(directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes, length) != (ssize_t)length || close(fd) != 0) {
        perror(path);
        abort();
    }
    return path;
}

static inline int directory_remove_one(const char *path, const struct stat *status, int kind,
                                       struct FTW *ftw) {
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static inline void directory_remove(struct unit_directory *directory) {
    (void)nftw(directory->path, directory_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
