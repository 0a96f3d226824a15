#include "batch_open.h"

#include "batch_money.h"
#include "batch_part.h"
#include "batch_same.h"
#include "ration/arena.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/file_io.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL_MOST ((off_t)256 << 20)

// ---- the journal ----

static int read_journal(struct batch *batch) {
    const char *path = batch->worker->settings->batch_journal;
    struct stat status;
    batch->journal = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (batch->journal < 0 || fstat(batch->journal, &status) != 0) {
        log_fatal("batch", "%s: %s", path, strerror(errno));
        return -1;
    }
    size_t size = status.st_size < JOURNAL_MOST ? (size_t)status.st_size : 0;
    char *bytes = malloc(size + 1);
    int error = bytes == NULL ? ENOMEM : file_io_read(batch->journal, bytes, size, 0);
    enum batch_journal_end end = BATCH_JOURNAL_STARVED;
    if (error == 0) {
        end = batch_journal_read(bytes, size, &batch->before);
    }
    free(bytes);
    if (end != BATCH_JOURNAL_READ || size < (size_t)status.st_size) {
        log_fatal("batch", "%s: cannot be read: %s", path,
                  error != 0                     ? strerror(error)
                  : end == BATCH_JOURNAL_STARVED ? strerror(ENOMEM)
                                                 : "it is of another version, or too large");
        return -1;
    }
    return 0;
}

// One that finds no place stays as it is, and so do its rows, until a later run.
static void adopt(struct batch *batch, struct batch_known *known) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *part = &batch->part[i];
        if (part->step == BATCH_STEP_FREE) {
            part->record = known->record;
            part->rows = known->rows;
            known->rows = (struct batch_rows){0};
            part->adopted = true;
            part->session = batch_same_session(batch, &known->record);
            bool creating = known->record.state == BATCH_CREATING;
            batch_part_step(part, creating ? BATCH_STEP_SEARCHING : BATCH_STEP_POLLING, 0);
            log_info("batch", "part %u of run %s: %s, %u rows%s%s", part->record.number, part->record.run,
                     creating ? "it may be with the API, and is looked for" : "is with the API",
                     part->record.rows, part->record.batch[0] != '\0' ? ", as " : "", part->record.batch);
            return;
        }
    }
    batch->left_out = true;
    log_warn(
        "batch",
        "part %u of run %s, with %u rows, is left to a later --batch --resume: %u parts are with the API "
        "already",
        known->record.number, known->record.run, known->record.rows, BATCH_PARTS);
}

// Whether one of its rows is to be recorded still.
static bool has_left(const struct batch *batch, const struct batch_known *known) {
    const struct arena *arena = batch->worker->arena;
    for (size_t i = 0; i < known->rows.count; i++) {
        struct range range = known->rows.range[i];
        for (uint32_t artist = range.first; artist < range.end; artist++) {
            if (board_verdict(arena, artist) == BOARD_NONE) {
                return true;
            }
        }
    }
    return false;
}

// What is known to be over is said to be, for whoever looks. It is true without this line, too.
static void close_known(struct batch *batch, struct batch_known *known, enum batch_state state,
                        const char *why) {
    struct text line = {0};
    known->record.state = state;
    known->record.at = clock_wall() / CLOCK_SECOND;
    (void)strlcpy(known->record.why, why, sizeof(known->record.why));
    batch_journal_encode(&known->record, NULL, &line);
    int error = line.failed ? ENOMEM : file_io_append(batch->journal, line.bytes, line.length);
    if (error != 0) {
        log_warn("batch", "the journal of parts cannot be written: %s", strerror(error));
    }
    text_free(&line);
}

static void take_up(struct batch *batch) {
    for (size_t i = 0; i < batch->before.count; i++) {
        struct batch_known *known = &batch->before.part[i];
        if (strcmp(known->record.run, batch->run) == 0 && known->record.number > batch->last_number) {
            batch->last_number = known->record.number;
        }
        bool open = batch_journal_open(known->record.state);
        if (open && !has_left(batch, known)) {
            close_known(batch, known, BATCH_RECORDED, "");
        } else if (open) {
            adopt(batch, known);
        } else if (known->record.state == BATCH_WRITING || known->record.state == BATCH_UPLOADED) {
            close_known(batch, known, BATCH_GIVEN_UP, "its worker ended before it was made");
        }
    }
    batch_money_adopt(batch);
    if (batch->before.torn > 0) {
        log_info("batch", "the journal of parts has %zu lines that were cut off; they are left out",
                 batch->before.torn);
    }
}

// ---- files ----

static int open_files(struct batch *batch) {
    batch->aside.fd = batch_spool_file(DESCRIPTOR_OUTPUT);
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *part = &batch->part[i];
        part->spool.fd = batch_spool_file(DESCRIPTOR_OUTPUT);
        part->results =
            batch->aside.fd >= 0 && part->spool.fd >= 0 ? batch_spool_file(DESCRIPTOR_OUTPUT) : -1;
        if (part->results < 0) {
            log_fatal("batch", "a file for the rows of a part cannot be made beside the output: %s",
                      strerror(errno));
            return -1;
        }
    }
    return 0;
}

// Where the requests go behind the host: lines and creations name it with the version before it, whatever the
// base URL has there.
static char *path_of(const struct worker *worker) {
    const struct settings *settings = worker->settings;
    const char *path = settings->rows == SETTINGS_ROWS_TABLE || settings->endpoints == 0
                           ? worker->provider[0]->path
                           : settings->endpoint[0];
    char *whole = NULL;
    return asprintf(&whole, "/v1%s", path) < 0 ? NULL : whole;
}

int batch_open(struct batch *batch, struct worker *worker) {
    const struct settings *settings = worker->settings;
    *batch = (struct batch){
        .worker = worker, .journal = -1, .most_bytes = settings->batch_bytes, .aside = {.fd = -1}};
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        batch->part[i].batch = batch;
        batch->part[i].spool.fd = batch->part[i].results = -1;
    }
    (void)strlcpy(batch->run, arena_run_id(worker->arena), sizeof(batch->run));
    batch->held = calloc(1, arena_artists(worker->arena) / 8 + 1);
    batch->digest = digest_new();
    batch->path = path_of(worker);
    batch->api = provider_batches_of(worker->provider[0]);
    batch->messages = batch->api == PROVIDER_BATCHES_ANTHROPIC;
    batch->calls = batch_calls_open(settings->timeout, settings->connect_timeout, settings->max_answer);
    if (batch->held == NULL || batch->digest == NULL || batch->path == NULL || batch->calls == NULL) {
        worker_fail_memory(worker);
        return -1;
    }
    if (open_files(batch) != 0 || read_journal(batch) != 0 || batch_same(batch) != 0) {
        return -1;
    }
    take_up(batch);
    return 0;
}

static void close_fd(int fd) {
    if (fd >= 0) {
        (void)close(fd);
    }
}

void batch_open_end(struct batch *batch) {
    if (batch->calls != NULL) {
        batch_calls_close(batch->calls);
    }
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *part = &batch->part[i];
        close_fd(part->spool.fd);
        close_fd(part->results);
        free(part->spool.row);
        batch_rows_free(&part->rows);
        batch_rows_free(&part->doubtful);
        text_free(&part->sent.text);
    }
    for (uint32_t i = 0; i < KINDS_MOST; i++) {
        text_free(&batch->body[i]);
    }
    close_fd(batch->aside.fd);
    free(batch->aside.row);
    batch_row_data_free(&batch->data);
    text_free(&batch->line);
    batch_journal_free(&batch->before);
    digest_free(batch->digest);
    close_fd(batch->journal);
    free(batch->path);
    free(batch->held);
}

void batch_open_tell(const struct batch *batch) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *part = &batch->part[i];
        char until[CLOCK_RFC3339_SIZE];
        if (part->step < BATCH_STEP_POLLING) {
            continue;
        }
        clock_rfc3339(part->record.until * CLOCK_SECOND, until);
        log_warn("batch", "part %u: %u rows stay with the API as %s%s%s", part->record.number,
                 part->record.rows, part->record.batch, part->record.until > 0 ? " until " : "",
                 part->record.until > 0 ? until : "");
    }
}
