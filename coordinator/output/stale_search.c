#include "output/stale_search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEEPEST 16U

static enum stale_arenas_search look_below(struct stale_search *search, int folder, dev_t device, ino_t inode,
                                           uint32_t levels);

// An inode that was free got a new file. False also where the file system does not tell.
static bool born_later(const struct stale_search *search, int folder, const char *name) {
    struct statx status;
    if (statx(folder, name, AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) != 0 ||
        (status.stx_mask & STATX_BTIME) == 0) {
        return false;
    }
    return status.stx_btime.tv_sec > search->not_after.tv_sec ||
           (status.stx_btime.tv_sec == search->not_after.tv_sec &&
            (long)status.stx_btime.tv_nsec > search->not_after.tv_nsec);
}

static enum stale_arenas_search look_at(struct stale_search *search, int folder, const char *name,
                                        dev_t device, ino_t inode, uint32_t levels) {
    struct stat status;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return STALE_ARENAS_NOWHERE;
    }
    if (search->left == 0) {
        return STALE_ARENAS_UNSURE;
    }
    search->left--;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || status.st_dev != device) {
        return STALE_ARENAS_NOWHERE;
    }
    if (S_ISREG(status.st_mode)) {
        return status.st_ino == inode && !born_later(search, folder, name) ? STALE_ARENAS_FOUND
                                                                           : STALE_ARENAS_NOWHERE;
    }
    if (!S_ISDIR(status.st_mode)) {
        return STALE_ARENAS_NOWHERE;
    }
    int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0) {
        return errno == EACCES || errno == ENOENT ? STALE_ARENAS_NOWHERE : STALE_ARENAS_UNSURE;
    }
    if (levels == 0) {
        (void)close(below);
        return search->whole ? STALE_ARENAS_UNSURE : STALE_ARENAS_NOWHERE;
    }
    return look_below(search, below, device, inode, levels - 1);
}

// Closes the folder.
static enum stale_arenas_search look_below(struct stale_search *search, int folder, dev_t device, ino_t inode,
                                           uint32_t levels) {
    enum stale_arenas_search result = STALE_ARENAS_NOWHERE;
    const struct dirent *entry;
    DIR *names = fdopendir(folder);
    if (names == NULL) {
        (void)close(folder);
        return STALE_ARENAS_UNSURE;
    }
    while (result == STALE_ARENAS_NOWHERE && (entry = readdir(names)) != NULL) {
        result = look_at(search, folder, entry->d_name, device, inode, levels);
    }
    (void)closedir(names);
    return result;
}

// Takes the last part of a path away. False: nothing but the root is left.
static bool go_up(char *path) {
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) {
        return false;
    }
    *slash = '\0';
    return true;
}

static bool is_folder(const char *path, dev_t device) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_dev == device;
}

static enum stale_arenas_search look_from(struct stale_search *search, const char *path, dev_t device,
                                          ino_t inode, uint32_t levels) {
    if (!is_folder(path, device)) {
        return STALE_ARENAS_UNSURE; // its file system is not mounted now
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 ? look_below(search, fd, device, inode, levels) : STALE_ARENAS_UNSURE;
}

enum stale_arenas_search stale_search(struct stale_search *search, const char *path, dev_t device,
                                      ino_t inode) {
    char folder[PATH_MAX];
    struct stat status;
    uint32_t gone = 0; // folders that are not there any more
    if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder) || !go_up(folder)) {
        return STALE_ARENAS_UNSURE;
    }
    for (; stat(folder, &status) != 0; gone++) {
        if ((errno != ENOENT && errno != ENOTDIR) || !go_up(folder)) {
            return STALE_ARENAS_UNSURE;
        }
    }
    search->whole = gone == 0;
    enum stale_arenas_search result =
        look_from(search, folder, device, inode, search->whole ? DEEPEST : gone + 1);
    if (result == STALE_ARENAS_NOWHERE && search->whole && go_up(folder) && is_folder(folder, device)) {
        search->whole = false;
        result = look_from(search, folder, device, inode, 1);
    }
    return result;
}
