#include "batch_fetch.h"

#include "batch_ask.h"
#include "batch_heard.h"
#include "batch_part.h"
#include "batch_reading.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/json_scan.h"
#include "ration/log.h"

#include <stdlib.h>
#include <string.h>

#define FILE_PATIENCE (10 * CLOCK_MINUTE) // a file that is not there yet
#define FILE_TRIES 5U                     // of one that comes broken

#define ROOM_WAIT (5 * CLOCK_SECOND)
#define ROOM_WAIT_MOST CLOCK_MINUTE

// Whether the bytes up to `end`, which have no newline behind them, are a line of JSON from the last newline
// on. One that is too long to be looked at is taken for it.
static bool last_is_whole(const struct batch_part *part, uint64_t end) {
    uint64_t most = batch_reading_most(part);
    uint64_t length = end - part->stored < most ? end - part->stored : most;
    char *bytes = malloc(length);
    if (bytes == NULL || file_io_read(part->results, bytes, length, end - length) != 0) {
        free(bytes);
        return false;
    }
    const char *before = memrchr(bytes, '\n', length);
    const char *line = before != NULL ? before + 1 : bytes;
    bool seen = before != NULL || end - length == part->stored;
    struct json_piece value;
    bool whole = !seen || json_scan_whole(line, length - (size_t)(line - bytes), &value);
    free(bytes);
    return whole;
}

// Whether what came ends with a whole line; one without its newline gets it.
static bool ends_well(const struct batch_part *part, uint64_t stored) {
    char last;
    uint64_t end = part->stored + stored;
    if (stored == 0) {
        return true;
    }
    if (file_io_read(part->results, &last, 1, end - 1) != 0) {
        return false;
    }
    return last == '\n' || (last == '}' && last_is_whole(part, end));
}

// Its results find no room, or cannot be written: they are fetched again when there may be some.
static void wait_for_room(struct batch_part *part, int error) {
    char span[CLOCK_SPAN_SIZE];
    uint64_t wait = batch_part_wait(part, ROOM_WAIT, ROOM_WAIT_MOST);
    part->roomless = true;
    part->tries++;
    part->next = clock_now() + wait;
    (void)clock_span((double)wait / (double)CLOCK_SECOND, span);
    log_warn(
        "disk",
        "part %u: its results cannot be kept beside the output: %s; make room: they are fetched again in "
        "%s, and until then they stay with the API",
        part->record.number, strerror(error), span);
}

static void next_file(struct batch_part *part) {
    part->cuts = 0;
    batch_part_step(part, part->step == BATCH_STEP_OUTPUT ? BATCH_STEP_ERRORS : BATCH_STEP_READING, 0);
}

// Rows that would have stood there are in doubt.
static void fall_short(struct batch_part *part, const char *how) {
    part->short_of = true;
    log_warn("batch", "part %u: a file of its results %s", part->record.number, how);
}

static void fetched(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    uint64_t waited = clock_now() - part->since;
    bool whole = reply->whole && reply->status >= 200 && reply->status < 300;
    part->busy = false;
    if (reply->unkept != 0) {
        wait_for_room(part, reply->unkept);
        return;
    }
    part->roomless = false;
    bool well = whole && ends_well(part, reply->stored);
    if (well || (whole && ++part->cuts >= FILE_TRIES)) {
        uint64_t end = part->stored + reply->stored;
        int error = reply->stored > 0 ? file_io_write(part->results, "\n", 1, end) : 0;
        if (error != 0) {
            wait_for_room(part, error);
            return;
        }
        part->stored = end + (reply->stored > 0);
        if (!well) {
            fall_short(part, "is cut off, each time");
        }
        next_file(part);
    } else if (reply->whole && (reply->status == 404 || reply->status == 410) && waited >= FILE_PATIENCE) {
        fall_short(part, "is not there");
        next_file(part);
    } else {
        batch_heard_again(part, reply, whole ? "the download, which is cut off," : "the download");
    }
}

void batch_fetch(struct batch_part *part, const char *id) {
    if (id[0] == '\0') {
        next_file(part);
    } else {
        batch_ask_file(part, id, fetched);
    }
}
