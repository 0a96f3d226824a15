#include "output/output_save.h"

#include "output/output_name.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "ration/output_rescue.h"
#include "ration/result_line.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".rescued-"
#define PIECE 65536

bool output_save_path(int fd, char *path) {
    static const char deleted[] = " (deleted)";
    char link[40];
    struct stat own, named;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    path[n > 0 ? n : 0] = '\0';
    const char *base = strrchr(path, '/');
    if (base == NULL || strncmp(base, "/.nfs", 5) == 0) {
        return false;
    }
    size_t length = strlen(path);
    bool gone = length > sizeof(deleted) && strcmp(path + length - (sizeof(deleted) - 1), deleted) == 0;
    if (fstat(fd, &own) != 0 || stat(path, &named) != 0) {
        return false;
    }
    return named.st_dev == own.st_dev && named.st_ino == own.st_ino && (!gone || own.st_nlink > 0);
}

// The n-th place to try. False: there are no more.
static bool place(const struct output_save_job *job, int n, char path[PATH_MAX]) {
    const char *base = output_name_last(job->name);
    const char *folder = getenv("TMPDIR");
    int length = -1;
    if (n == 0) {
        length = snprintf(path, PATH_MAX, "%s" SUFFIX "%s", job->name, job->run_id);
    } else if (n == 1) {
        length = snprintf(path, PATH_MAX, "%s" SUFFIX "%s", base, job->run_id);
    } else if (n == 2) {
        length = snprintf(path, PATH_MAX, "%s/%s" SUFFIX "%s", folder != NULL ? folder : "/tmp", base,
                          job->run_id);
    }
    return length > 0 && length < PATH_MAX;
}

static bool is_answer(const struct output_save_job *job, const char *line, size_t length) {
    struct result_read read;
    bool whole =
        line[length - 1] == '\n' && result_line_read(job->format, RESULT_ANSWER, line, length - 1, &read);
    if (whole) {
        result_line_free(&read);
    }
    return whole;
}

// Lines that a worker could not append; one that its death cut short is none. 0 or an errno.
static int copy_rest(const struct output_save_job *job, int to, uint64_t *lines) {
    char *line = NULL;
    size_t space = 0;
    ssize_t length;
    int second = job->rescue >= 0 ? fcntl(job->rescue, F_DUPFD_CLOEXEC, 0) : -1;
    FILE *from = second >= 0 && lseek(second, 0, SEEK_SET) == 0 ? fdopen(second, "r") : NULL;
    int error = 0;
    *lines = 0;
    if (from == NULL) {
        error = job->rescue >= 0 ? errno : 0;
        if (second >= 0) {
            (void)close(second);
        }
        return error;
    }
    while (error == 0 && (length = getline(&line, &space, from)) > 0) {
        if (is_answer(job, line, (size_t)length)) {
            error = file_io_append(to, line, (size_t)length);
            *lines += error == 0;
        }
    }
    error = error == 0 && ferror(from) ? EIO : error;
    free(line);
    (void)fclose(from);
    return error;
}

static bool any_rest(const struct output_save_job *job) {
    struct stat status;
    return job->rescue >= 0 && fstat(job->rescue, &status) == 0 && status.st_size > 0;
}

// 0 or an errno; then nothing is left there.
static int save_to(const struct output_save_job *job, bool whole, const char *path, uint64_t *lines) {
    struct stat own;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    int error = whole ? output_rescue_copy(job->fd, job->committed, fd) : 0;
    error = error != 0 ? error : copy_rest(job, fd, lines);
    if (error == 0 && fstat(job->fd, &own) == 0) {
        (void)fchmod(fd, own.st_mode & 0777);
    }
    error = error == 0 && fsync(fd) != 0 ? errno : error;
    (void)close(fd);
    if (error != 0) {
        (void)unlink(path);
    }
    return error;
}

static void save(const struct output_save_job *job, bool whole, const char *advice) {
    char path[PATH_MAX], from[PATH_MAX];
    uint64_t lines = 0;
    int error = ENOENT;
    for (int n = 0; place(job, n, path); n++) {
        error = save_to(job, whole, path, &lines);
        if (error == 0) {
            break;
        }
    }
    if (error == 0 && realpath(path, from) != NULL) {
        (void)strlcpy(path, from, sizeof(path));
    }
    if (error == 0 && whole) {
        log_fatal("output",
                  "%s: what was recorded in it (%" PRIu32 " artists of this run), and %" PRIu64
                  " answers that came later, are saved in %s; %s",
                  job->name, job->recorded, lines, path, advice);
    } else if (error == 0) {
        log_fatal("output", "%s: %" PRIu64 " answers that could not be added to it are saved in %s; %s",
                  job->name, lines, path, advice);
    }
    // What is left in it when the run ends is kept.
    if (error == 0 && (job->rescue < 0 || ftruncate(job->rescue, 0) == 0)) {
        return;
    }
    bool kept = job->rescue >= 0 && output_save_path(job->rescue, from);
    log_fatal("output", "%s: its lines cannot be saved anywhere: %s%s%s", job->name, strerror(error),
              kept ? "; answers that came later are kept in " : "", kept ? from : "");
}

void output_save_whole(const struct output_save_job *job) {
    if (job->committed > 0 || any_rest(job)) {
        save(job, true, "put it in the place of the output, then go on with --resume");
    }
}

bool output_save_rest(const struct output_save_job *job) {
    if (!any_rest(job)) {
        return false;
    }
    save(job, false, "add them to the output when it is put right, then go on with --resume");
    return true;
}

void output_save_tell_left(const struct output_save_job *job) {
    static char piece[PIECE];
    uint64_t lines = 0;
    off_t at = 0;
    ssize_t n;
    while ((n = pread(job->fd, piece, sizeof(piece), at)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            lines += piece[i] == '\n';
        }
        at += n;
    }
    log_fatal("output",
              "%s: %" PRIu32 " artists have been recorded in it, and it has %" PRIu64
              " lines; look at it and put it right, then go on with --resume",
              job->name, job->recorded, lines);
}
