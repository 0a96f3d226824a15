#include "crew/output_watch.h"

#include "output/output_files.h"
#include "output/output_save.h"
#include "ration/board.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/output.h"
#include "system/descriptors.h"
#include "system/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int output_watch_rescue_open(int folder) {
    int fd = folder >= 0 ? openat(folder, OUTPUT_WATCH_RESCUE,
                                  O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
                         : -1;
    if (fd < 0) {
        fd = temp_file_open();
    }
    if (fd >= 0 && fcntl(fd, F_SETFL, O_APPEND) != 0) {
        (void)close(fd);
        return -1;
    }
    return descriptors_raise(fd);
}

enum output_watch_finding output_watch_judge(const struct output_watch_facts *facts) {
    if (!facts->named && !facts->name_free) {
        return OUTPUT_WATCH_REPLACED;
    }
    if (!facts->named) {
        return facts->linked ? OUTPUT_WATCH_MOVED : OUTPUT_WATCH_DELETED;
    }
    return facts->changed ? OUTPUT_WATCH_CHANGED : OUTPUT_WATCH_FINE;
}

static const char *name_of(const struct crew *crew, int file) {
    return file == OUTPUT_ANSWERS ? crew->files->output_name : crew->files->errors_name;
}

static enum output_watch_finding find(const struct crew *crew, int file, struct stat *own,
                                      char path[PATH_MAX]) {
    struct stat named;
    int fd = crew->output.fd[file];
    if (fstat(fd, own) != 0) {
        *own = (struct stat){0}; // a network's file that somebody deleted
    }
    bool exists = stat(name_of(crew, file), &named) == 0;
    struct output_watch_facts facts = {
        .named = exists && named.st_dev == own->st_dev && named.st_ino == own->st_ino,
        .name_free = !exists && (errno == ENOENT || errno == ENOTDIR),
        .changed = output_changed(crew->arena, (enum output_file)file),
    };
    if (!exists && !facts.name_free) {
        facts.named = own->st_nlink > 0; // the way to it cannot be looked at just now
    }
    facts.linked = own->st_nlink > 0 && output_save_path(fd, path);
    return output_watch_judge(&facts);
}

static void tell(const struct crew *crew, int file, enum output_watch_finding finding, const struct stat *own,
                 const char *path) {
    static const char stops[] = "nothing more is written to it, and the run stops";
    const char *name = name_of(crew, file);
    uint64_t committed = output_length(crew->arena, (enum output_file)file);
    switch (finding) {
    case OUTPUT_WATCH_DELETED:
        log_fatal("output", "%s: was deleted while the run wrote it; %s", name, stops);
        break;
    case OUTPUT_WATCH_MOVED:
        log_fatal("output", "%s: was moved to %s while the run wrote it; the run stops", name, path);
        break;
    case OUTPUT_WATCH_REPLACED:
        log_fatal("output", "%s: another file was put in its place while the run wrote it; the run stops",
                  name);
        break;
    case OUTPUT_WATCH_CHANGED:
        log_fatal("output",
                  "%s: somebody else has changed it while the run wrote it: %" PRIu64
                  " bytes were written, it has %" PRIu64 "; %s",
                  name, committed, (uint64_t)own->st_size, stops);
        break;
    case OUTPUT_WATCH_FINE:
        break;
    }
}

// The worst that is found in the two files is told once.
static bool look(struct crew *crew) {
    bool fine = true;
    for (int file = 0; file < OUTPUT_FILES; file++) {
        struct stat own;
        char path[PATH_MAX];
        enum output_watch_finding finding = find(crew, file, &own, path);
        if (finding == OUTPUT_WATCH_FINE) {
            continue;
        }
        fine = false;
        if (!crew->changed_told[file]) {
            crew->changed_told[file] = true;
            tell(crew, file, finding, &own, path);
        }
    }
    return fine;
}

bool output_watch_flagged(const struct crew *crew) {
    return output_changed(crew->arena, OUTPUT_ANSWERS) || output_changed(crew->arena, OUTPUT_ERRORS);
}

bool output_watch_tick(struct crew *crew) {
    (void)output_look(&crew->output,
                      GUARD_COORDINATOR); // if somebody has the guard, who writes looks as well
    return look(crew);
}

static void save(struct crew *crew, int file) {
    struct stat own;
    char path[PATH_MAX];
    enum output_watch_finding finding = find(crew, file, &own, path);
    struct output_save_job job = {
        .format = crew->format,
        .name = name_of(crew, file),
        .run_id = arena_run_id(crew->arena),
        .fd = crew->output.fd[file],
        .committed = output_length(crew->arena, (enum output_file)file),
        .rescue = file == OUTPUT_ANSWERS ? crew->fd.rescue : -1,
        .recorded = file == OUTPUT_ANSWERS ? board_done(crew->arena) : board_failed(crew->arena),
    };
    switch (finding) {
    case OUTPUT_WATCH_DELETED:
        output_save_whole(&job);
        break;
    case OUTPUT_WATCH_REPLACED:
        if (own.st_nlink == 0 || !output_save_path(job.fd, path)) {
            output_save_whole(&job);
            break;
        }
        log_fatal("output", "%s: what was written stands in %s; put it back, then go on with --resume",
                  job.name, path);
        (void)output_save_rest(&job);
        break;
    case OUTPUT_WATCH_MOVED:
        log_fatal("output", "%s: what was written stands in %s; move it back, then go on with --resume",
                  job.name, path);
        (void)output_save_rest(&job);
        break;
    case OUTPUT_WATCH_CHANGED:
        output_save_tell_left(&job);
        (void)output_save_rest(&job);
        break;
    case OUTPUT_WATCH_FINE:
        (void)output_save_rest(&job);
        break;
    }
}

// Answers that the disk did not take. False: there are none.
static bool save_rest(const struct crew *crew) {
    struct output_save_job job = {
        .format = crew->format,
        .name = name_of(crew, OUTPUT_ANSWERS),
        .run_id = arena_run_id(crew->arena),
        .fd = crew->output.fd[OUTPUT_ANSWERS],
        .rescue = crew->fd.rescue,
    };
    return output_save_rest(&job);
}

bool output_watch_end(struct crew *crew) {
    if (output_watch_tick(crew)) {
        return !save_rest(crew);
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        save(crew, file);
    }
    return false;
}
