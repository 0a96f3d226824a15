#include "input/input_watch.h"

#include "input/record_at.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/record_group.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void input_watch_begin(struct input_watch *watch, int fd, const char *name, const struct input_index *index,
                       const struct stat *seen) {
    *watch = (struct input_watch){.fd = fd, .original = -1, .name = name, .index = index, .seen = *seen};
}

void input_watch_copy(struct input_watch *watch, int original) {
    watch->original = original;
}

static bool same_time(const struct timespec *a, const struct timespec *b) {
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_times(const struct stat *a, const struct stat *b) {
    return same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

static bool changed(struct input_watch *watch, const char *how) {
    if (!watch->told) {
        watch->told = true;
        log_fatal("input",
                  "%s: was changed while the run worked on it: %s; the run stops; "
                  "every line that was recorded belongs to what was checked at the beginning; "
                  "go on with --resume, with the old input or the new one",
                  watch->name, how);
    }
    return false;
}

// False: that group is not what was checked.
static bool compare_group(const struct input_watch *watch) {
    const struct input_place *place = &watch->index->place[watch->next];
    struct record_group group;
    uint64_t proof;
    record_reader_seek(watch->reader, place->offset, place->line);
    return record_group_read(watch->reader, &group, &proof) == RECORD_OK && proof == place->proof;
}

static bool compare(struct input_watch *watch, uint64_t until) {
    while (watch->reader != NULL && clock_now() < until) {
        if (watch->next == watch->index->places) {
            log_info("input", "%s: its times have changed, its content has not; the run goes on",
                     watch->name);
            input_watch_end(watch);
        } else if (!compare_group(watch)) {
            return changed(watch, "its records are not the same any more");
        } else {
            watch->next++;
        }
    }
    return true;
}

// The run has a copy, so nothing that is done to the file can harm it.
static bool tell_original(struct input_watch *watch) {
    struct stat now;
    if (fstat(watch->original, &now) == 0 &&
        (now.st_size != watch->seen.st_size || !same_times(&now, &watch->seen))) {
        watch->seen = now;
        log_warn("input",
                 "%s: was changed during the run, which goes on with the copy that it made at the beginning",
                 watch->name);
    }
    return true;
}

bool input_watch_tick(struct input_watch *watch, uint64_t until) {
    struct stat now;
    char how[96];
    if (watch->told) {
        return false;
    }
    if (watch->original >= 0) {
        return tell_original(watch);
    }
    if (fstat(watch->fd, &now) != 0) {
        return changed(watch, strerror(errno));
    }
    if (now.st_size != watch->seen.st_size) {
        (void)snprintf(how, sizeof(how), "it had %" PRIu64 " bytes and has %" PRIu64,
                       (uint64_t)watch->seen.st_size, (uint64_t)now.st_size);
        return changed(watch, how);
    }
    if (!same_times(&now, &watch->seen)) { // from the beginning, if it was being compared
        watch->seen = now;
        watch->next = 0;
        if (watch->reader == NULL) {
            watch->reader = record_at_reader(watch->index, watch->fd, watch->name);
        }
        if (watch->reader == NULL) {
            return changed(watch, "out of memory to compare it");
        }
    }
    return compare(watch, until);
}

void input_watch_end(struct input_watch *watch) {
    record_reader_free(watch->reader);
    watch->reader = NULL;
}
