#include "ration/output_sync.h"

#include "arena/layout.h"
#include "ration/clock.h"
#include "ration/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WANTED_EACH (250 * CLOCK_MS)

uint64_t output_sync_length(const struct arena *arena, enum output_file file) {
    return atomic_load(&arena->header->firm_length[file]);
}

void output_sync_want(struct arena *arena, enum output_file file, uint64_t length) {
    atomic_store(&arena->header->firm_wanted[file], length);
}

int output_sync_error(const struct arena *arena) {
    return (int)atomic_load(&arena->header->sync_error);
}

void output_sync_begin(struct output *output) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        uint64_t length = output_length(output->arena, (enum output_file)file);
        uint64_t begun = output->begun[file] < length ? output->begun[file] : length;
        if (length > begun && output->fd[file] >= 0) {
            // Nothing depends on it: what could not be begun is synced by fdatasync(), which tells of errors.
            (void)sync_file_range(output->fd[file], (off_t)begun, (off_t)(length - begun),
                                  SYNC_FILE_RANGE_WRITE);
        }
        output->begun[file] = length;
    }
}

static bool is_wanted(const struct arena *arena) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        if (output_sync_length(arena, (enum output_file)file) <
            atomic_load(&arena->header->firm_wanted[file])) {
            return true;
        }
    }
    return false;
}

static bool is_behind(const struct output *output, int file, uint64_t length) {
    return output->fd[file] >= 0 && output_sync_length(output->arena, (enum output_file)file) < length;
}

// Is it time, and is there something to do? Then it is this process that does it, for all.
static bool is_due(const struct output *output, uint64_t interval, uint64_t now) {
    struct layout_header *header = output->arena->header;
    uint64_t last = atomic_load(&header->synced_at);
    bool behind = false;
    if (interval != CLOCK_NEVER && interval > WANTED_EACH && is_wanted(output->arena)) {
        interval = WANTED_EACH;
    }
    if (interval == CLOCK_NEVER || (interval > 0 && now < last + interval)) {
        return false;
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        behind = behind || is_behind(output, file, output_length(output->arena, (enum output_file)file));
    }
    if (behind && interval == 0) { // whoever says so waits for its own lines
        atomic_store(&header->synced_at, now);
        return true;
    }
    return behind && atomic_compare_exchange_strong(&header->synced_at, &last, now);
}

// false: somebody is amid a transaction. The lengths may then be of bytes that are not in the files yet, or
// that are cut again: what is synced now must not be taken for them.
static bool look(const struct output *output, uint32_t slot, uint64_t length[OUTPUT_FILES]) {
    bool still = guard_try(output->arena, GUARD_OUTPUT, slot);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        length[file] = output_length(output->arena, (enum output_file)file);
    }
    if (still) {
        guard_unlock(output->arena, GUARD_OUTPUT, slot);
    }
    return still;
}

// Syncs may end in another order than they began in.
static void raise_to(layout_u64 *word, uint64_t length) {
    uint64_t known = atomic_load(word);
    while (known < length && !atomic_compare_exchange_weak(word, &known, length)) {}
}

int output_sync(struct output *output, uint32_t slot, uint64_t interval, uint64_t now) {
    struct layout_header *header = output->arena->header;
    uint64_t length[OUTPUT_FILES];
    if (!is_due(output, interval, now)) {
        return 0;
    }
    bool still = look(output, slot, length);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        if (!is_behind(output, file, length[file])) {
            continue;
        }
        if (fdatasync(output->fd[file]) != 0) {
            int error = errno;
            atomic_store(&header->sync_error, (uint32_t)error);
            return error;
        }
        // The kernel tells of lost bytes once, not again: after that no good sync proves anything.
        if (still && output_sync_error(output->arena) == 0) {
            raise_to(&header->firm_length[file], length[file]);
        }
    }
    return output_sync_error(output->arena);
}
