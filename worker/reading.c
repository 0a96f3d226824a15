#include "reading.h"

#include "ration/board.h"
#include "ration/descriptor.h"
#include "ration/log.h"

static void seek(struct worker *worker, const struct slot_order *order) {
    record_reader_seek(worker->reader, order->offset, order->line);
    worker->next_record = order->seek_artist;
}

static enum record_status tell(struct worker *worker, enum record_status status, uint32_t index) {
    worker->next_record = worker->proved = UINT32_MAX;
    if (status == RECORD_OK) {
        log_fatal("input",
                  "artist number %u is not the one that was checked: the input was changed during the run",
                  index + 1);
        status = RECORD_BAD;
    } else if (status == RECORD_END) {
        log_fatal("input", "the input ends before artist number %u; it was changed during the run",
                  index + 1);
    } else {
        log_fatal("input", "%s", record_reader_message(worker->reader));
    }
    worker_fail(worker, WORKER_EXIT_INPUT);
    return status;
}

// The reader stands at the beginning of that artist's group. False: told.
static bool prove(struct worker *worker, uint32_t index) {
    uint64_t proof;
    enum record_status status = record_group_read(worker->reader, &worker->group, &proof);
    if (status != RECORD_OK || proof != board_proof(worker->arena, index)) {
        (void)tell(worker, status, index);
        return false;
    }
    worker->proved = index / RECORD_GROUP;
    return true;
}

enum record_status reading_take(struct worker *worker, const struct slot_order *order, uint32_t index,
                                struct record *record) {
    uint32_t first = index - index % RECORD_GROUP;
    bool inside = worker->next_record > first; // in its group, or behind it
    if (worker->next_record > index || worker->next_record < order->seek_artist ||
        (inside && worker->proved != index / RECORD_GROUP)) {
        seek(worker, order);
    }
    while (worker->next_record <= index) {
        if (worker->next_record == first && worker->proved != index / RECORD_GROUP && !prove(worker, index)) {
            return RECORD_BAD;
        }
        enum record_status status = record_reader_next(worker->reader, record);
        if (status != RECORD_OK) {
            return tell(worker, status, index);
        }
        worker->next_record++;
    }
    // What was proved might have been changed before it was read again.
    return record_group_holds(&worker->group, index - first, record) ? RECORD_OK
                                                                     : tell(worker, RECORD_OK, index);
}
