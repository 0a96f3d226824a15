#include "batch_same.h"

#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/log.h"
#include "ration/record_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEARTBEAT (100 * CLOCK_MS)

// What a part's rows come to now.
struct sums {
    uint64_t ids, requests;
};

uint32_t batch_same_session(const struct batch *batch, const struct batch_record *record) {
    for (uint32_t i = 0; i < batch->worker->settings->sessions; i++) {
        if (strcmp(ledger_name(batch->worker->arena, i), record->session) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

void batch_same_api(const struct batch *batch, uint32_t session, char out[17]) {
    const char *url = batch->worker->settings->session_url[session];
    uint64_t digest = digest_quick(url, strlen(url));
    (void)snprintf(out, 17, "%016" PRIx64, digest + (uint64_t)batch->api);
}

// ---- one part ----

static void tell_session(const struct batch *batch, const struct batch_record *record) {
    log_fatal("batch",
              "part %u of run %s, with %u rows, was made by the key of session %s, which is not there any "
              "more: no other key may see it. Put that session back under its name, then go on with --batch "
              "--resume; or give all of its parts up, paid or not: sed -i '/\"session\":\"%s\"/d' %s",
              record->number, record->run, record->rows, record->session, record->session,
              batch->worker->settings->batch_journal);
}

static void tell(const struct batch *batch, const struct batch_record *record, const char *differs,
                 const char *what) {
    log_fatal("batch",
              "part %u of run %s, with %u rows, is with the API, and %s. Nothing was asked. Put back %s, and "
              "collect it with --batch --resume; or give all that is there up, paid or not, by removing %s",
              record->number, record->run, record->rows, differs, what,
              batch->worker->settings->batch_journal);
}

// What needs no look at the input. False: told.
static bool is_as_before(const struct batch *batch, const struct batch_known *known) {
    const struct batch_record *record = &known->record;
    uint32_t session = batch_same_session(batch, record), artists = arena_artists(batch->worker->arena);
    char api[sizeof(record->api)];
    if (session == UINT32_MAX) {
        tell_session(batch, record);
        return false;
    }
    batch_same_api(batch, session, api);
    if (record->api[0] != '\0' && strcmp(record->api, api) != 0) {
        tell(batch, record, "was made at another API or base URL than this run asks",
             "--provider and --base-url as they were");
        return false;
    }
    for (size_t i = 0; i < known->rows.count; i++) {
        if (known->rows.range[i].end > artists) {
            tell(batch, record, "has rows behind the last one that this run has",
                 "the whole input, or a higher --limit");
            return false;
        }
    }
    return true;
}

static bool is_marked(const struct batch_known *known) {
    const struct batch_record *record = &known->record;
    return batch_journal_open(record->state) && (record->ids != 0 || record->requests != 0) &&
           known->rows.rows == record->rows; // else the line that names them was cut off
}

static bool compare(const struct batch *batch, const struct batch_known *known, const struct sums *sums) {
    if (sums->ids != known->record.ids) {
        tell(batch, &known->record, "its rows have other ids, or stand elsewhere, in this input",
             "the input as it was (new rows may be added at its end)");
        return false;
    }
    if (sums->requests != known->record.requests) {
        tell(batch, &known->record, "its rows would now be asked something else",
             "the prompt, the model, the options and the data of its rows as they were");
        return false;
    }
    return true;
}

// ---- the input ----

// False: told.
static bool add_row(struct batch *batch, const struct record *record, uint32_t artist, struct sums *sums) {
    bool made = false;
    char hash[REQUEST_HASH_SIZE];
    for (size_t i = 0; i < batch->before.count; i++) {
        const struct batch_known *known = &batch->before.part[i];
        if (!is_marked(known) || !batch_rows_has(&known->rows, artist)) {
            continue;
        }
        if (!made && kinds_make(&batch->worker->kinds, record, batch->body, hash) != 0) {
            worker_fail_memory(batch->worker);
            return false;
        }
        made = true;
        sums[i].ids += batch_journal_mark(artist, record->id.text, record->id.length);
        sums[i].requests += batch_journal_mark(artist, hash, strlen(hash));
    }
    return true;
}

static void beat(struct worker *worker) {
    uint64_t now = clock_now();
    if (now >= worker->heartbeat) {
        worker->heartbeat = now + HEARTBEAT;
        slot_heartbeat(worker->arena, worker->slot, now, 0, 0, 0);
    }
}

// False: told.
static bool add_rows(struct batch *batch, struct record_reader *reader, uint32_t end, struct sums *sums) {
    struct record record;
    struct record_shape shape = record_shape_of(batch->worker->settings);
    record_reader_set_shape(reader, &shape);
    enum record_status status = record_reader_header(reader);
    for (uint32_t artist = 0; artist < end && status == RECORD_OK; artist++) {
        beat(batch->worker);
        status = record_reader_next(reader, &record);
        if (status == RECORD_OK && !add_row(batch, &record, artist, sums)) {
            return false;
        }
    }
    if (status != RECORD_OK) {
        log_fatal("input", "%s",
                  status == RECORD_END ? "the input was changed during the run: it has fewer rows"
                                       : record_reader_message(reader));
    }
    return status == RECORD_OK;
}

// The rows of parts reach up to here.
static uint32_t end_of(const struct batch *batch) {
    uint32_t end = 0;
    for (size_t i = 0; i < batch->before.count; i++) {
        const struct batch_known *known = &batch->before.part[i];
        for (size_t j = 0; is_marked(known) && j < known->rows.count; j++) {
            end = known->rows.range[j].end > end ? known->rows.range[j].end : end;
        }
    }
    return end;
}

static bool rows_are_as_before(struct batch *batch) {
    uint32_t end = end_of(batch);
    if (end == 0) {
        return true;
    }
    struct sums *sums = calloc(batch->before.count, sizeof(*sums));
    struct record_reader *reader =
        record_reader_new(DESCRIPTOR_INPUT, "input", batch->worker->settings->format);
    bool good = sums != NULL && reader != NULL;
    if (!good) {
        worker_fail_memory(batch->worker);
    }
    good = good && add_rows(batch, reader, end, sums);
    for (size_t i = 0; good && i < batch->before.count; i++) {
        const struct batch_known *known = &batch->before.part[i];
        good = !is_marked(known) || compare(batch, known, &sums[i]);
    }
    record_reader_free(reader);
    free(sums);
    return good;
}

int batch_same(struct batch *batch) {
    for (size_t i = 0; i < batch->before.count; i++) {
        const struct batch_known *known = &batch->before.part[i];
        if (batch_journal_open(known->record.state) && !is_as_before(batch, known)) {
            worker_fail(batch->worker, WORKER_EXIT_INPUT); // another worker would find the same
            return -1;
        }
    }
    if (!rows_are_as_before(batch)) {
        worker_fail(batch->worker, WORKER_EXIT_INPUT);
        return -1;
    }
    return 0;
}
