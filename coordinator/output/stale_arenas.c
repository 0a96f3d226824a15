#include "output/stale_arenas.h"

#include "output/stale_search.h"
#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHM "/dev/shm"
#define PREFIX "ration-"
#define SUFFIX "-stale"
#define OLD (7 * (int64_t)86400) // seconds
#define SEARCH_MOST 20000U       // entries, for all arenas of one start together

bool stale_arenas_useless(const struct stale_arenas_facts *facts) {
    if (facts->place == STALE_ARENAS_SAME || facts->place == STALE_ARENAS_UNKNOWN || facts->at_work) {
        return false;
    }
    // Where the search did not come to an end, the output may have been moved: whoever moves it goes on with
    // it within days.
    return facts->search == STALE_ARENAS_NOWHERE ||
           (facts->search == STALE_ARENAS_UNSURE && facts->age > OLD);
}

bool stale_arenas_name(const char *name, dev_t *device, ino_t *inode) {
    static const char digits[] = "0123456789abcdef";
    char *end;
    if (strncmp(name, PREFIX, strlen(PREFIX)) != 0) {
        return false;
    }
    const char *first = name + strlen(PREFIX);
    size_t length = strspn(first, digits);
    const char *second = first + length + 1;
    if (length == 0 || length > 16 || first[length] != '-') {
        return false;
    }
    length = strspn(second, digits);
    if (length == 0 || length > 16 || (second[length] != '\0' && strcmp(second + length, SUFFIX) != 0)) {
        return false;
    }
    *device = (dev_t)strtoumax(first, &end, 16);
    *inode = (ino_t)strtoumax(second, &end, 16);
    return true;
}

// The file is opened and closed: no record lock of ours may be on it.
static bool at_work(const char *path) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0) {
        return errno != ENOENT; // unknown is as bad
    }
    bool locked = fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
    (void)close(fd);
    return locked;
}

static enum stale_arenas_place place_of(const char *path, dev_t device, ino_t inode) {
    struct stat status;
    if (lstat(path, &status) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? STALE_ARENAS_GONE : STALE_ARENAS_UNKNOWN;
    }
    return status.st_dev == device && status.st_ino == inode ? STALE_ARENAS_SAME : STALE_ARENAS_OTHER;
}

// A regular file of this user alone, that still has the name. Nobody else can give such a one away in a
// sticky folder.
static bool is_ours(int folder, const char *name, struct stat *status) {
    return fstatat(folder, name, status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status->st_mode) &&
           status->st_uid == geteuid() && (status->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static void clear_one(int folder, const char *name, struct stale_search *search) {
    struct stat status, named;
    struct stale_arenas_facts facts = {.search = STALE_ARENAS_UNSURE};
    char arena_name[ARENA_NAME_SIZE];
    dev_t device;
    ino_t inode;
    if (!stale_arenas_name(name, &device, &inode) || !is_ours(folder, name, &status)) {
        return;
    }
    (void)snprintf(arena_name, sizeof(arena_name), "/%s", name);
    struct arena *arena = arena_open(arena_name, false); // not one of another version, nor of something else
    if (arena == NULL) {
        return;
    }
    const char *path = arena_output(arena);
    if (path[0] == '/' && arena_abandoned(arena)) {
        facts.place = place_of(path, device, inode);
        facts.at_work = facts.place == STALE_ARENAS_OTHER && at_work(path);
        facts.age = (int64_t)(clock_wall() / CLOCK_SECOND) - (int64_t)status.st_ctim.tv_sec;
        if (facts.place != STALE_ARENAS_SAME) {
            search->not_after = status.st_mtim;
            facts.search = stale_search(search, path, device, inode);
        }
        if (stale_arenas_useless(&facts) && is_ours(folder, name, &named) && named.st_ino == status.st_ino &&
            unlinkat(folder, name, 0) == 0) {
            log_info("run", "removed the arena of an earlier run, " SHM "/%s: its output %s is gone", name,
                     path);
        }
    }
    arena_close(arena);
}

void stale_arenas_clear(void) {
    struct stale_search search = {.left = SEARCH_MOST};
    DIR *names = opendir(SHM);
    const struct dirent *entry;
    while (names != NULL && (entry = readdir(names)) != NULL) {
        clear_one(dirfd(names), entry->d_name, &search);
    }
    if (names != NULL) {
        (void)closedir(names);
    }
}
