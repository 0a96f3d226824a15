#include "crew/quarantine.h"

#include "input/record_at.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/outcome.h"
#include "ration/request.h"
#include "ration/result_line.h"
#include "ration/row_head.h"

#include <errno.h>
#include <string.h>

// Why an artist is failed.
struct reason {
    enum outcome_class class;
    const char *message;
    unsigned attempts;
};
static const struct reason worker_crash = {OUTCOME_WORKER_CRASH, "its worker died each time it was asked",
                                           BOARD_MAX_CRASHES};
static const struct reason in_doubt = {
    OUTCOME_IN_DOUBT, "it was asked, perhaps billed, and its answer was lost with a process", 1};

// Where the line has the request. Without memory it has none, which harms nobody.
static void make_body(const struct crew *crew, const struct record *record, struct text *body) {
    struct request_maker *maker = crew->format->list ? request_new(crew->settings, NULL) : NULL;
    if (maker != NULL && (request_prepare(maker, record) != 0 || request_body(maker, body) != 0)) {
        text_clear(body);
    }
    request_free(maker);
}

static void add_line(struct text *text, const struct crew *crew, const struct record *record,
                     const struct reason *reason) {
    char now[CLOCK_RFC3339_SIZE];
    struct text head = {0}, body = {0};
    clock_rfc3339(clock_wall(), now);
    const struct result_line line = {
        .class = outcome_name(reason->class),
        .message = reason->message,
        .attempts = reason->attempts,
        .created = now,
    };
    make_body(crew, record, &body);
    row_head_make(&head, crew->format, crew->settings, record, &body);
    result_line_add(text, crew->format, RESULT_ERROR, &head, &line);
    text->failed = text->failed || head.failed;
    text_free(&body);
    text_free(&head);
}

// 0, ETIMEDOUT or a disk's errno: try later; -1: told.
static int fail_artist(struct crew *crew, uint32_t artist, const struct reason *reason) {
    struct record record;
    int result = -1;
    struct record_reader *reader = record_at(crew->index, crew->fd.input, crew->input_name, artist, &record);
    if (reader == NULL) {
        return -1;
    }
    struct text text = {0};
    add_line(&text, crew, &record, reason);
    if (text.failed) {
        log_fatal("run", "out of memory");
        goto done;
    }
    result = output_append(&crew->output, GUARD_COORDINATOR, OUTPUT_ERRORS, text.bytes, text.length, &artist,
                           1, 0);
    if (result == 0) {
        log_warn("worker", "artist %s is given up: %s", record.id.text, reason->message);
    }
done:
    text_free(&text);
    record_reader_free(reader);
    return result;
}

static bool flush(struct crew *crew, struct range_table *table, const struct reason *reason) {
    while (table->count > 0) {
        uint32_t artist = table->range[0].first;
        CRASH_POINT(quarantine_begun);
        int result = fail_artist(crew, artist, reason);
        if (result != 0) {
            return result > 0;
        }
        CRASH_POINT(quarantine_appended);
        if (!range_table_remove(table, (struct range){artist, artist + 1})) {
            log_fatal("run", "out of memory");
            return false;
        }
        CRASH_POINT(quarantine_ended);
    }
    return true;
}

bool quarantine_flush(struct crew *crew) {
    return flush(crew, &crew->quarantine, &worker_crash) && flush(crew, &crew->lost, &in_doubt);
}
