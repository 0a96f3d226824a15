#include "output/batch_parts.h"

#include "output/last_run_file.h"
#include "output/output_name.h"
#include "ration/batch_journal.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "system/parent_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL_MOST ((off_t)256 << 20)

char *batch_parts_path(const char *output) {
    char *path, folder[PATH_MAX], *whole = realpath(parent_folder(output, folder), NULL);
    int length = asprintf(&path, "%s/.%s.batches", whole != NULL ? whole : folder, output_name_last(output));
    free(whole);
    return length < 0 ? NULL : path;
}

static void count(const struct batch_parts *parts, struct batch_parts_left *left) {
    for (size_t i = 0; i < parts->count; i++) {
        const struct batch_record *record = &parts->part[i].record;
        if (batch_journal_open(record->state)) {
            left->parts++;
            left->rows += record->rows;
            left->until = record->until > left->until ? record->until : left->until;
        }
    }
}

// 0 or an errno; EPROTO: it is of another version.
static int read_all(int fd, struct batch_parts_left *left) {
    struct stat status;
    struct batch_parts parts = {0};
    if (fstat(fd, &status) != 0) {
        return errno;
    }
    if (status.st_size > JOURNAL_MOST) {
        return EFBIG;
    }
    size_t size = (size_t)status.st_size;
    char *bytes = malloc(size + 1);
    int error = bytes == NULL ? ENOMEM : file_io_read(fd, bytes, size, 0);
    if (error == 0) {
        enum batch_journal_end end = batch_journal_read(bytes, size, &parts);
        error = end == BATCH_JOURNAL_READ ? 0 : end == BATCH_JOURNAL_NEWER ? EPROTO : ENOMEM;
        count(&parts, left);
        batch_journal_free(&parts);
    }
    free(bytes);
    return error;
}

int batch_parts_look(const char *output, struct batch_parts_left *left) {
    char *path = batch_parts_path(output);
    *left = (struct batch_parts_left){0};
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    int error = path == NULL ? ENOMEM : fd < 0 ? errno : read_all(fd, left);
    if (fd >= 0) {
        (void)close(fd);
    }
    if (error != 0 && error != ENOENT) {
        log_fatal("batch", "%s: the journal of parts cannot be read: %s", path != NULL ? path : output,
                  error == EPROTO ? "a later version of ration has written it" : strerror(error));
    }
    free(path);
    return error == 0 || error == ENOENT ? 0 : -1;
}

// ---- journals of outputs that are not there any more ----

// "" if that is no journal's name, or its output is there; else the output's name.
static void lost_name(int folder, const char *name, char out[NAME_MAX + 1]) {
    static const char tail[] = ".batches";
    size_t length = strlen(name);
    out[0] = '\0';
    if (name[0] == '.' && length > sizeof(tail) && strcmp(name + length - (sizeof(tail) - 1), tail) == 0) {
        memcpy(out, name + 1, length - sizeof(tail));
        out[length - sizeof(tail)] = '\0';
        if (faccessat(folder, out, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT) {
            out[0] = '\0';
        }
    }
}

static bool has_open(int folder, const char *name, struct batch_parts_left *left) {
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    *left = (struct batch_parts_left){0};
    bool open = fd >= 0 && read_all(fd, left) == 0 && left->parts > 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return open;
}

// Its record says that a run wrote it where it is: it was not moved here since.
static bool is_recorded(const char *output) {
    struct stat status;
    struct last_run *last = malloc(sizeof(*last));
    bool recorded = last != NULL && last_run_file_read(output, last) == 0 && stat(output, &status) == 0 &&
                    last->inode == (uint64_t)status.st_ino &&
                    strcmp(output_name_last(last->output), output_name_last(output)) == 0;
    free(last);
    return recorded;
}

static void tell_lost(const char *output, const char *path, const char *lost,
                      const struct batch_parts_left *left, bool other) {
    int folder = (int)(strlen(path) - strlen(output_name_last(path))); // with its slash
    if (other) {
        log_warn("batch",
                 "%u parts with %" PRIu64
                 " rows are with the API, as %.*s.%s.batches says, but its output, %s, is not there: put it "
                 "back and collect them with --batch --resume, or give them up, paid or not, by removing "
                 "the journal",
                 left->parts, left->rows, folder, path, lost, lost);
        return;
    }
    log_fatal("batch",
              "%u parts with %" PRIu64
              " rows are with the API, as %.*s.%s.batches says, but its output, %s, is not there. If that is "
              "%s now, the journal must move with it: mv '%.*s.%s.batches' '%s'; if not, put that output "
              "back, or give them up, paid or not, by removing its journal",
              left->parts, left->rows, folder, path, lost, lost, output, folder, path, lost, path);
}

// An output was moved without its journal: if it is this one, its rows would be paid again. False: told.
static bool none_is_lost(const char *output, bool made) {
    char *path = batch_parts_path(output), *slash = path != NULL ? strrchr(path, '/') : NULL;
    char *name = slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : NULL;
    DIR *folder = name != NULL ? opendir(name) : NULL;
    struct dirent *entry = folder != NULL ? readdir(folder) : NULL;
    char lost[NAME_MAX + 1] = "";
    struct batch_parts_left left;
    bool none = true, other = made || is_recorded(output);
    for (; entry != NULL && none; entry = readdir(folder)) {
        lost_name(dirfd(folder), entry->d_name, lost);
        if (lost[0] != '\0' && has_open(dirfd(folder), entry->d_name, &left)) {
            tell_lost(output, path, lost, &left, other);
            none = other;
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    free(name);
    free(path);
    return none;
}

static void forget(const char *output) {
    char *path = batch_parts_path(output);
    if (path != NULL) {
        (void)unlink(path);
    }
    free(path);
}

int batch_parts_check(const char *output, bool resume, bool batch, bool made) {
    struct batch_parts_left left;
    if (batch_parts_look(output, &left) != 0) {
        return -1;
    }
    if (left.parts == 0) {
        if (!resume) {
            forget(output);
        }
        return !resume || none_is_lost(output, made) ? 0 : -1;
    }
    if (resume && batch) {
        return 0;
    }
    char *path = batch_parts_path(output);
    log_fatal("batch",
              "%u parts with %" PRIu64
              " rows of an earlier run of this output are with the API; collect them "
              "with --batch --resume, or give them up, paid or not, by removing %s",
              left.parts, left.rows, path != NULL ? path : "their journal");
    free(path);
    return -1;
}

void batch_parts_end(const char *output) {
    struct batch_parts_left left;
    if (batch_parts_look(output, &left) == 0 && left.parts == 0) {
        forget(output);
    }
}
