#include "ration/output.h"

#include "arena/board_mark.h"
#include "arena/journal.h"
#include "arena/layout.h"
#include "arena/output_expect.h"
#include "ration/crash_point.h"
#include "ration/file_io.h"
#include "ration/invariant.h"
#include "ration/log.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- what somebody else did to a file ----

static bool is_changed(const struct output *output, int file) {
    return atomic_load(&output->arena->header->changed[file]) != 0;
}

// From now on nothing is written to it, nor cut from it.
static void leave_alone(const struct output *output, int file) {
    atomic_store(&output->arena->header->changed[file], 1);
}

// The owner of the guard, before its transaction: whether the file is what was committed, byte for byte as
// far as its size can tell, and still has a name. If not, what is written now might be lost, or be torn by
// what others do.
static bool stands(const struct output *output, int file) {
    struct stat status;
    if (!is_changed(output, file) &&
        (fstat(output->fd[file], &status) != 0 ||
         (status.st_nlink == 0 && atomic_load(&output->arena->header->linked[file]) != 0) ||
         (uint64_t)status.st_size != output_length(output->arena, (enum output_file)file))) {
        leave_alone(output, file);
    }
    return !is_changed(output, file);
}

// What rollback does to the files: whatever stands behind the committed length was never committed. But no
// more may stand there than the transaction was to write: more than that, or less than was committed, is
// somebody else's doing, and is left as it is.
static int cut_back(void *context) {
    struct output *output = context;
    for (int file = 0; file < OUTPUT_FILES; file++) {
        struct stat status;
        off_t committed = (off_t)output_length(output->arena, (enum output_file)file);
        off_t most = (off_t)atomic_load(&output->arena->header->extent[file]);
        if (output->fd[file] < 0) {
            continue;
        }
        if (fstat(output->fd[file], &status) != 0) {
            if (errno != ESTALE) { // a network's word for a file that somebody deleted
                return -1;
            }
            status.st_size = -1;
        }
        if (status.st_size < committed || status.st_size > most || is_changed(output, file)) {
            leave_alone(output, file);
        } else if (status.st_size > committed && ftruncate(output->fd[file], committed) != 0) {
            return -1;
        }
        CRASH_POINT(cut_back);
    }
    return 0;
}

void output_note_links(struct output *output) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        struct stat status;
        bool linked = fstat(output->fd[file], &status) == 0 && status.st_nlink > 0;
        atomic_store(&output->arena->header->linked[file], linked);
    }
}

bool output_changed(const struct arena *arena, enum output_file file) {
    return atomic_load(&arena->header->changed[file]) != 0;
}

bool output_look(struct output *output, uint32_t slot) {
    if (!guard_try(output->arena, GUARD_OUTPUT, slot)) {
        return false;
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        (void)stands(output, file);
    }
    guard_unlock(output->arena, GUARD_OUTPUT, slot);
    return true;
}

void output_attach(struct output *output) {
    guard_set_repair(output->arena, GUARD_OUTPUT, cut_back, output);
}

void output_set_length(struct arena *arena, enum output_file file, uint64_t length) {
    journal_initialise(&arena->header->length[file], length);
    atomic_store(&arena->header->extent[file], length);
}

uint64_t output_length(const struct arena *arena, enum output_file file) {
    return guarded_get(&arena->header->length[file]);
}

static void add_bill(const struct output *output, uint32_t slot) {
    struct layout_header *header = output->arena->header;
    if (output->bill.reserve > 0 || output->bill.cost > 0) {
        INVARIANT(slot < BOUNDS_SLOTS, "an append with a bill by nobody's slot");
        journal_add(output->arena, GUARD_OUTPUT, &header->line_cost[slot], output->bill.cost);
        journal_add(output->arena, GUARD_OUTPUT, &header->line_reserve[slot], output->bill.reserve);
    }
}

int output_append(struct output *output, uint32_t slot, enum output_file file, const char *text,
                  size_t length, const uint32_t *artist, size_t lines, uint64_t deadline) {
    struct arena *arena = output->arena;
    struct layout_header *header = arena->header;
    enum board_verdict verdict = file == OUTPUT_ANSWERS ? BOARD_DONE : BOARD_FAILED;
    INVARIANT(lines > 0 && lines <= OUTPUT_MAX_LINES && length >= lines, "an append of %zu lines, %zu bytes",
              lines, length);
    // The coordinator never waits on a guard.
    if (!(slot == GUARD_COORDINATOR ? guard_try(arena, GUARD_OUTPUT, slot)
                                    : guard_lock(arena, GUARD_OUTPUT, slot, deadline))) {
        return ETIMEDOUT;
    }
    CRASH_POINT(append_locked);
    if (!stands(output, (int)file)) {
        guard_unlock(arena, GUARD_OUTPUT, slot);
        return OUTPUT_CHANGED;
    }
    output_expect(arena, file, length);
    // The length's entry stands in the journal before the first byte stands in the file: a write that a death
    // cuts short is then always cut back.
    journal_add(arena, GUARD_OUTPUT, &header->length[file], length);
    for (size_t i = 0; i < lines; i++) {
        board_mark(arena, artist[i], verdict);
    }
    INVARIANT(lines <= header->artists - guarded_get(&header->done) - guarded_get(&header->failed),
              "more verdicts than artists");
    journal_add(arena, GUARD_OUTPUT, file == OUTPUT_ANSWERS ? &header->done : &header->failed, lines);
    add_bill(output, slot);
    CRASH_POINT(append_marked);
    CRASH_POINT_TEAR(append_half_written, output->fd[file], text, length);
    int error = file_io_append(output->fd[file], text, length);
    CRASH_POINT(append_written);
    if (error == 0) {
        journal_commit(arena, GUARD_OUTPUT);
        output->bill = (struct output_bill){0};
        // Still under the guard: no line of anybody else is counted in between.
        output->recorded[file] = file == OUTPUT_ANSWERS ? board_done(arena) : board_failed(arena);
        CRASH_POINT(append_committed);
    } else if (journal_rollback(arena, GUARD_OUTPUT) != 0) {
        // The guard stays ours and the journal full: whoever reaps this process tries again, or stops the
        // run.
        log_fatal("disk", "cannot cut the output back after a failed write: errno %d", errno);
        _exit(1);
    }
    guard_unlock(arena, GUARD_OUTPUT, slot);
    CRASH_POINT(append_unlocked);
    return is_changed(output, (int)file) && error != 0 ? OUTPUT_CHANGED : error;
}
