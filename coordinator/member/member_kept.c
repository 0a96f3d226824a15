#include "member/member_kept.h"

#include "ration/log.h"
#include "system/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

char *member_kept_path(const char *output, bool lines) {
    const char *slash = strrchr(output, '/');
    int folder = slash != NULL ? (int)(slash + 1 - output) : 0;
    char *path = NULL;
    if (asprintf(&path, "%.*s.%s.rows.%s", folder, output, output + folder, lines ? "jsonl" : "csv") < 0) {
        log_fatal("fleet", "out of memory");
        return NULL;
    }
    return path;
}

static bool is_right(const struct member_rows *rows, int fd) {
    struct stat status;
    char *room = malloc(MEMBER_SHARE_PIECE), read[DIGEST_SIZE] = "";
    struct digest *digest = digest_new();
    if (room != NULL && digest != NULL && fstat(fd, &status) == 0 && (uint64_t)status.st_size == rows->size) {
        digest_begin(digest);
        if (member_share_digest(fd, rows->size, member_share_pieces(rows->size), room, digest) == 0) {
            digest_end(digest, read);
        }
    }
    free(room);
    digest_free(digest);
    return strcmp(read, rows->digest) == 0;
}

// Nobody else writes it. 0, or -1 after telling.
static int lock(int fd, const char *path) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        return 0;
    }
    log_fatal("fleet", "%s: %s; name another --output", path,
              errno == EWOULDBLOCK ? "another run of this output is at work with it" : strerror(errno));
    return -1;
}

// Those of a run before, where they are the same. The descriptor; -1: there are none; -2 after telling.
static int find(const struct member_rows *rows, const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return -1;
    }
    if (is_right(rows, fd) && flock(fd, LOCK_SH | LOCK_NB) == 0) {
        return fd;
    }
    int locked = lock(fd, path);
    (void)close(fd);
    return locked != 0 ? -2 : -1;
}

static int fetch_file(struct member_rows *rows, const char *part, const char *path) {
    int fd = open(part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return member_rows_tell(part, errno);
    }
    log_info("fleet", "%s: its rows come from the database, %" PRIu64 " bytes, into %s", rows->name,
             rows->size, path);
    if (lock(fd, part) != 0 || member_rows_fetch(rows, fd, part) != 0) {
        (void)close(fd);
        return -1;
    }
    int error = fchmod(fd, S_IRUSR | S_IWUSR) != 0 ? errno : whole_file_rename(part, path);
    if (error == 0 && flock(fd, LOCK_SH | LOCK_NB) != 0) {
        error = errno;
    }
    if (error != 0) {
        (void)close(fd);
        return member_rows_tell(path, error);
    }
    return fd;
}

int member_kept_open(struct member_rows *rows, const char *path) {
    int fd = find(rows, path);
    char *part = NULL;
    if (fd != -1) {
        return fd >= 0 ? fd : -1;
    }
    if (asprintf(&part, "%s.part", path) < 0) {
        log_fatal("fleet", "out of memory");
        return -1;
    }
    fd = fetch_file(rows, part, path);
    free(part);
    return fd;
}
