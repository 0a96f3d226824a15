#include "batch_fetch.h"

#include "batch_ask.h"
#include "batch_heard.h"
#include "batch_part.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/log.h"

#define FILE_PATIENCE (10 * CLOCK_MINUTE) // a file that is not there yet
#define FILE_TRIES 5U                     // of one that comes broken

// Whether what came ends with a whole line; one without its newline gets it.
static bool ends_well(struct batch_part *part, uint64_t stored) {
    char last;
    if (stored == 0) {
        return true;
    }
    if (file_io_read(part->results, &last, 1, part->stored + stored - 1) != 0) {
        return false;
    }
    return last == '\n' || last == '}';
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
    bool well = whole && ends_well(part, reply->stored);
    if (well || (whole && ++part->cuts >= FILE_TRIES)) {
        uint64_t end = part->stored + reply->stored;
        if (reply->stored > 0 && file_io_write(part->results, "\n", 1, end) != 0) {
            batch_heard_again(part, reply, "the download, which finds no room on the disk,");
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
