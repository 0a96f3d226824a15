#include "batch_ask.h"

#include "batch_key.h"
#include "batch_part.h"
#include "exchange/routes.h"
#include "line.h"
#include "ration/clock.h"
#include "ration/json_scan.h"
#include "ration/log.h"
#include "ration/route.h"
#include "scrub.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- the bytes of an upload ----

// The line of the row at `row` into part->sent. False: it cannot be had.
static bool make_line(struct batch_part *part, uint32_t row) {
    struct batch *batch = part->batch;
    char id[BATCH_LINE_ID];
    if (row >= part->spool.count || batch_spool_get(&part->spool, row, &batch->data) != 0) {
        return false;
    }
    batch_line_id(part->record.run, batch->data.artist, batch->data.id.bytes, batch->data.id.length, id);
    const struct text *body = &batch->data.body;
    text_clear(&part->sent.text);
    if (batch->messages) {
        batch_line_request(&part->sent.text, id, body->bytes, body->length, row == 0,
                           row + 1 == part->spool.count);
    } else {
        batch_line_row(&part->sent.text, id, batch_part_path(batch), body->bytes, body->length);
    }
    part->sent.row = row;
    part->sent.ends = part->sent.begins + part->sent.text.length;
    return !part->sent.text.failed;
}

// Forward, or from the beginning again.
static bool go_to(struct batch_part *part, uint64_t offset) {
    if (part->sent.text.length == 0 || offset < part->sent.begins) {
        part->sent.begins = 0;
        if (!make_line(part, 0)) {
            return false;
        }
    }
    while (offset >= part->sent.ends) {
        part->sent.begins = part->sent.ends;
        if (!make_line(part, part->sent.row + 1)) {
            return false;
        }
    }
    return true;
}

static size_t read_lines(void *owner, uint64_t offset, char *to, size_t room) {
    struct batch_part *part = owner;
    if (!go_to(part, offset)) {
        return 0;
    }
    size_t from = (size_t)(offset - part->sent.begins);
    size_t size = part->sent.text.length - from;
    size = size < room ? size : room;
    memcpy(to, part->sent.text.bytes + from, size);
    return size;
}

// ---- calls ----

static void answered(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    batch_key_hear(part, reply);
    part->answered(part, reply);
}

static void ask(struct batch_part *part, const char *path, struct batch_call *call) {
    struct worker *worker = part->batch->worker;
    uint32_t session = part->session;
    char *url = route_url(worker->settings->session_url[session], path, worker->provider[session], "",
                          &worker->keys[session]);
    call->url = url;
    call->head = &worker->routes.route[session].head;
    call->owner = part;
    part->answered = call->done;
    call->done = answered;
    part->busy = url != NULL && batch_calls_start(part->batch->calls, call);
    if (!part->busy) {
        worker_fail_memory(worker);
    }
    route_wipe(url);
}

void batch_ask_upload(struct batch_part *part, batch_ask_done *done) {
    char name[BATCH_LINE_FILE];
    batch_line_file(&part->record, name);
    text_clear(&part->sent.text);
    bool together = part->batch->api == PROVIDER_BATCHES_TOGETHER;
    ask(part, together ? "/files/upload" : "/files",
        &(struct batch_call){.kind = BATCH_UPLOAD,
                             .file = name,
                             .purpose = together ? "batch-api" : "batch",
                             .named = together,
                             .size = part->record.bytes,
                             .read = read_lines,
                             .to = -1,
                             .done = done});
}

static bool is_jobs(const struct batch_part *part) {
    return part->batch->api == PROVIDER_BATCHES_MISTRAL;
}

// The model is that of its rows.
static void add_job(struct batch_part *part, struct text *out) {
    struct batch *batch = part->batch;
    const char *asked = batch->worker->settings->session_model[part->session];
    struct json_piece object, model;
    char name[256];
    (void)strlcpy(name, asked != NULL ? asked : "", sizeof(name));
    if (batch_spool_get(&part->spool, 0, &batch->data) == 0 &&
        json_scan_whole(batch->data.body.bytes, batch->data.body.length, &object) &&
        json_scan_find(&object, "model", &model) && model.length > 2 && model.length < sizeof(name)) {
        (void)snprintf(name, sizeof(name), "%.*s", (int)model.length - 2, model.text + 1);
    }
    batch_line_job(out, &part->record, batch->path, name, batch->worker->settings->batch_hours);
}

void batch_ask_create(struct batch_part *part, batch_ask_done *done) {
    struct text body = {0};
    if (part->batch->messages) {
        text_clear(&part->sent.text);
        ask(part, "/messages/batches",
            &(struct batch_call){.kind = BATCH_STREAM,
                                 .size = batch_line_requests(part->record.bytes),
                                 .read = read_lines,
                                 .to = -1,
                                 .done = done});
        return;
    }
    bool jobs = is_jobs(part);
    const char *window = part->batch->worker->settings->batch_window;
    if (jobs) {
        add_job(part, &body);
    } else {
        batch_line_create(&body, &part->record, part->batch->path, window,
                          part->batch->api != PROVIDER_BATCHES_TOGETHER);
    }
    text_add(&body, "", 1);
    if (body.failed) {
        worker_fail_memory(part->batch->worker);
    } else {
        ask(part, jobs ? "/batch/jobs" : "/batches",
            &(struct batch_call){.kind = BATCH_POST, .body = body.bytes, .to = -1, .done = done});
    }
    text_free(&body);
}

// Ids are the provider's: what is no plain word does not get into a path.
static void path_of(char *out, size_t size, const char *before, const char *id, const char *behind) {
    char plain[128];
    size_t length = 0;
    for (; *id != '\0' && length + 1 < sizeof(plain); id++) {
        bool good = (*id >= '0' && *id <= '9') || (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') ||
                    *id == '-' || *id == '_' || *id == '.';
        plain[length++] = good ? *id : '_';
    }
    plain[length] = '\0';
    (void)snprintf(out, size, "%s%s%s", before, plain, behind);
}

static const char *folder(const struct batch_part *part) {
    return is_jobs(part) ? "/batch/jobs/" : part->batch->messages ? "/messages/batches/" : "/batches/";
}

static void get(struct batch_part *part, const char *path, batch_ask_done *done) {
    ask(part, path, &(struct batch_call){.kind = BATCH_GET, .to = -1, .done = done});
}

void batch_ask_list(struct batch_part *part, const char *after, batch_ask_done *done) {
    char path[256];
    static const char *const lists[][2] = {{"/batches?limit=100", "&after="},
                                           {"/messages/batches?limit=100", "&after_id="},
                                           {"/batch/jobs?page_size=100&order_by=-created", "&page="}};
    const char *const *list = lists[is_jobs(part) ? 2 : part->batch->messages ? 1 : 0];
    char more[96];
    const char *first = list[0];
    (void)snprintf(more, sizeof(more), "%s%s", list[0], list[1]);
    path_of(path, sizeof(path), after[0] != '\0' ? more : first, after, "");
    get(part, path, done);
}

void batch_ask_look(struct batch_part *part, batch_ask_done *done) {
    char path[256];
    path_of(path, sizeof(path), folder(part), part->record.batch, "");
    get(part, path, done);
}

void batch_ask_cancel(struct batch_part *part, const char *id, batch_ask_done *done) {
    char path[256];
    path_of(path, sizeof(path), folder(part), id, "/cancel");
    ask(part, path, &(struct batch_call){.kind = BATCH_POST, .body = "", .to = -1, .done = done});
}

void batch_ask_file(struct batch_part *part, const char *id, batch_ask_done *done) {
    char path[256];
    bool messages = part->batch->messages;
    path_of(path, sizeof(path), messages ? folder(part) : "/files/", id, messages ? "/results" : "/content");
    ask(part, path,
        &(struct batch_call){
            .kind = BATCH_GET, .to = part->results, .to_offset = part->stored, .done = done});
}
