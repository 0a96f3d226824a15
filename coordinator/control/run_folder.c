#include "control/run_folder.h"

#include "crew/output_watch.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define INFO "run.json"
#define INFO_NEW "run.json.new"
#define TRIES 8

static void set_path(struct run_folder *folder, const char *place) {
    (void)snprintf(folder->path, sizeof(folder->path), "%s/%s", place, folder->run_id);
}

// The locked folder still stands under its name: nobody took it for a dead run's before it was locked.
static bool still_there(const struct run_folder *folder) {
    struct stat named;
    struct stat own;
    return fstatat(folder->base, folder->run_id, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           fstat(folder->fd, &own) == 0 && named.st_dev == own.st_dev && named.st_ino == own.st_ino;
}

// 0; 1: swept away at once, try again; -1 with errno.
static int make_one(struct run_folder *folder, const char *place) {
    if (mkdirat(folder->base, folder->run_id, 0700) != 0) {
        return -1;
    }
    int base = folder->base;
    if (run_folder_open(base, place, folder->run_id, folder) != 0) {
        return errno == ENOENT ? 1 : -1;
    }
    while (flock(folder->fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            run_folder_close(folder);
            return -1;
        }
    }
    if (!still_there(folder)) {
        run_folder_close(folder);
        return 1;
    }
    return 0;
}

int run_folder_make(struct run_folder *folder, const char *run_id) {
    struct runtime_places places;
    runtime_places_take(&places);
    *folder = (struct run_folder){.base = -1, .fd = -1};
    (void)strlcpy(folder->run_id, run_id, sizeof(folder->run_id));
    errno = ENOENT;
    for (size_t i = 0; i < places.count; i++) {
        folder->base = runtime_places_open(&places.place[i], true);
        if (folder->base < 0) {
            continue;
        }
        int result = 1;
        for (int try = 0; try < TRIES && result == 1; try++) {
            result = make_one(folder, places.place[i].path);
        }
        if (result == 0) {
            run_folder_sweep(folder->base, places.place[i].path);
            return 0;
        }
        int error = errno;
        (void)close(folder->base);
        folder->base = -1;
        errno = error;
    }
    return -1;
}

int run_folder_write(const struct run_folder *folder, const struct run_info *info) {
    char *text = run_info_encode(info);
    int result = -1;
    int error = ENOMEM;
    if (text == NULL) {
        errno = error;
        return -1;
    }
    size_t length = strlen(text);
    text[length] = '\n'; // in place of the end: it is written by its length
    int fd = openat(folder->fd, INFO_NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        error = errno;
        goto done;
    }
    ssize_t n = write(fd, text, length + 1);
    error = n < 0 ? errno : n == (ssize_t)length + 1 ? 0 : ENOSPC;
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    if (error == 0) {
        result = renameat(folder->fd, INFO_NEW, folder->fd, INFO);
        error = errno;
    }
done:
    cJSON_free(text);
    errno = error;
    return result;
}

static void empty(const struct run_folder *folder) {
    (void)unlinkat(folder->fd, INFO, 0);
    (void)unlinkat(folder->fd, INFO_NEW, 0);
    (void)unlinkat(folder->fd, RUN_FOLDER_SOCKET, 0);
    (void)unlinkat(folder->fd, RUN_FOLDER_TOKEN, 0);
    struct stat rescue;
    if (fstatat(folder->fd, OUTPUT_WATCH_RESCUE, &rescue, AT_SYMLINK_NOFOLLOW) == 0 && rescue.st_size == 0) {
        (void)unlinkat(folder->fd, OUTPUT_WATCH_RESCUE, 0); // one that holds answers is somebody's to look at
    }
    (void)unlinkat(folder->base, folder->run_id, AT_REMOVEDIR); // stays if it holds anything that is not ours
}

void run_folder_remove(struct run_folder *folder) {
    int base = folder->base;
    if (folder->fd >= 0) {
        empty(folder);
        run_folder_close(folder);
    }
    if (base >= 0) {
        (void)close(base);
    }
    folder->base = -1;
}

int run_folder_open(int base, const char *place, const char *run_id, struct run_folder *folder) {
    struct stat status;
    struct stat shared;
    char id[ARENA_RUN_ID_SIZE];
    (void)strlcpy(id, run_id, sizeof(id));
    *folder = (struct run_folder){.base = base, .fd = -1};
    (void)strlcpy(folder->run_id, id, sizeof(folder->run_id));
    set_path(folder, place);
    folder->fd = openat(base, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder->fd < 0) {
        return -1;
    }
    if (fstat(folder->fd, &status) != 0 || fstat(base, &shared) != 0 || status.st_uid != shared.st_uid ||
        (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        run_folder_close(folder);
        errno = EPERM;
        return -1;
    }
    return 0;
}

void run_folder_close(struct run_folder *folder) {
    if (folder->fd >= 0) {
        (void)close(folder->fd);
        folder->fd = -1;
    }
}

bool run_folder_alive(const struct run_folder *folder) {
    // Shared, so that two who look at one dead run do not take each other for it.
    return flock(folder->fd, LOCK_SH | LOCK_NB) != 0;
}

int run_folder_read(const struct run_folder *folder, struct run_info *info) {
    char text[RUN_INFO_MOST];
    struct stat status;
    int fd = openat(folder->fd, INFO, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    ssize_t n = -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        n = read(fd, text, sizeof(text));
    }
    (void)close(fd);
    return n > 0 ? run_info_decode(text, (size_t)n, info) : -1;
}

void run_folder_address(const struct run_folder *folder, struct sockaddr_un *address) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length =
        snprintf(address->sun_path, sizeof(address->sun_path), "%s/%s", folder->path, RUN_FOLDER_SOCKET);
    if (length < 0 || (size_t)length >= sizeof(address->sun_path)) {
        (void)snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/%s", folder->fd,
                       RUN_FOLDER_SOCKET);
    }
}

void run_folder_sweep(int base, const char *place) {
    int fd = openat(base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    if (names == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return;
    }
    while ((entry = readdir(names)) != NULL) {
        struct run_folder folder;
        if (!run_info_is_run_id(entry->d_name) || run_folder_open(base, place, entry->d_name, &folder) != 0) {
            continue;
        }
        if (!run_folder_alive(&folder)) {
            empty(&folder);
        }
        run_folder_close(&folder);
    }
    (void)closedir(names);
}
