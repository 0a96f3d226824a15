#include "sim_batch_files.h"

#include "sim_batch_exchange.h"
#include "sim_batch_object.h"
#include "sim_refuse.h"

#include <err.h>
#include <string.h>
#include <sys/stat.h>

#define LIST_MOST 10000

static void tell(struct simulator *s, struct exchange *x, const struct stored *f) {
    x->record.status = 200;
    x->record.object = f->id;
    sim_batch_object_add_file(&x->answer, s->batches, f);
    sim_text_puts(&x->answer, "\n");
}

void sim_batch_files_upload(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct upload *u = x->batch->upload;
    struct stored *f;

    sim_upload_end(u);
    if (u->bad_form || !u->has_file)
        sim_refuse(x, 400, "'file' is a required property", "invalid_request_error", "file", NULL);
    else if (!u->purpose.len)
        sim_refuse(x, 400, "'purpose' is a required property", "invalid_request_error", "purpose", NULL);
    else if (strcmp(u->purpose.data, s->options->batch.together ? "batch-api" : "batch") != 0)
        sim_refuse(x, 400, "Invalid value for 'purpose': this server takes 'batch' alone, or 'batch-api'.",
                   "invalid_request_error", "purpose", "invalid_value");
    else if (u->too_large)
        sim_refuse(x, 413, "The batch input file is larger than the maximum.", "invalid_request_error",
                   "file", NULL);
    else {
        f = sim_files_add(&s->batches->files, u->path, u->name.data, u->purpose.data, x->account, now_ns);
        u->path = NULL;
        tell(s, x, f);
    }
}

static struct stored *find(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const char *id = x->batch->path.id;
    struct stored *f = sim_files_find(&s->batches->files, id, x->account, now_ns, s->options->batch.keep_ns);
    char message[160];

    if (f)
        return f;
    snprintf(message, sizeof(message), "No such File object: %.64s", id);
    sim_refuse(x, 404, message, "invalid_request_error", "id", NULL);
    return NULL;
}

void sim_batch_files_tell(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const struct stored *f = find(s, x, now_ns);

    if (f)
        tell(s, x, f);
}

void sim_batch_files_delete(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct stored *f = find(s, x, now_ns);

    if (!f)
        return;
    sim_files_delete(f);
    x->record.status = 200;
    sim_text_puts(&x->answer, "{\"id\":");
    sim_text_add_json_string(&x->answer, f->id);
    sim_text_puts(&x->answer, ",\"object\":\"file\",\"deleted\":true}\n");
}

static bool listed(const struct simulator *s, const struct exchange *x, const struct stored *f,
                   uint64_t now_ns) {
    const struct batch_options *o = &s->options->batch;
    const char *purpose = x->batch->purpose;

    return !f->deleted && f->owner == x->account && now_ns >= f->created_ns + o->lag_ns &&
           !(o->keep_ns && now_ns >= f->created_ns + o->keep_ns) &&
           (!purpose || !strcmp(purpose, f->purpose));
}

/* The listed one that follows f in the order that is asked for; f NULL: the first. */
static const struct stored *next(const struct simulator *s, const struct exchange *x, const struct stored *f,
                                 uint64_t now_ns) {
    const struct stored *found = NULL;

    if (!x->batch->order || strcmp(x->batch->order, "asc") != 0) {
        for (found = f ? f->older : s->batches->files.newest; found; found = found->older)
            if (listed(s, x, found, now_ns))
                break;
        return found;
    }
    for (const struct stored *at = s->batches->files.newest; at && at != f; at = at->older)
        if (listed(s, x, at, now_ns))
            found = at;
    return found;
}

void sim_batch_files_list(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const char *after = x->batch->after;
    uint64_t limit = sim_batch_exchange_number(x->batch->limit, LIST_MOST, LIST_MOST), count = 0;
    const struct stored *f = next(s, x, NULL, now_ns), *first = NULL, *last = NULL;

    while (after && f && strcmp(f->id, after) != 0)
        f = next(s, x, f, now_ns);
    if (after && f)
        f = next(s, x, f, now_ns);
    x->record.status = 200;
    sim_text_puts(&x->answer, "{\"object\":\"list\",\"data\":[");
    for (; f && count < limit; f = next(s, x, f, now_ns)) {
        sim_text_puts(&x->answer, count++ ? "," : "");
        sim_batch_object_add_file(&x->answer, s->batches, f);
        first = first ? first : f;
        last = f;
    }
    sim_text_puts(&x->answer, "],\"first_id\":");
    sim_text_add_json_string(&x->answer, first ? first->id : NULL);
    sim_text_puts(&x->answer, ",\"last_id\":");
    sim_text_add_json_string(&x->answer, last ? last->id : NULL);
    sim_text_puts(&x->answer, f ? ",\"has_more\":true}\n" : ",\"has_more\":false}\n");
}

/* How much of it comes before the middle of the line that stands in its middle. */
static uint64_t within_a_line(FILE *f, uint64_t bytes) {
    uint64_t at = bytes / 2;
    int c;

    if (bytes < 4 || fseeko(f, (off_t)at, SEEK_SET))
        return bytes / 2;
    /* Not right behind a newline, nor in front of one. */
    for (; at + 2 < bytes && (c = getc(f)) != EOF && c == '\n'; at++)
        ;
    return at + 1;
}

void sim_batch_files_hand_out(struct simulator *s, struct exchange *x, const char *path) {
    const struct batch_options *o = &s->options->batch;
    struct batch_exchange *c = x->batch;
    uint64_t lot = sim_chance_key(s->options->seed, "call", 4, x->number);
    struct stat st;

    c->download = sim_files_open(path);
    if (!c->download || fstat(fileno(c->download), &st))
        err(1, "fatal: cannot read %s", path);
    x->record.status = 200;
    c->download_bytes = (uint64_t)st.st_size;
    if (sim_batch_fault_happens(&s->batches->faults, BATCH_FAULT_SHORT, lot, o->fault[BATCH_FAULT_SHORT],
                                o->fault_times)) {
        x->record.fault = sim_batch_fault_name(BATCH_FAULT_SHORT);
        c->download_bytes = within_a_line(c->download, c->download_bytes);
    } else if (sim_batch_fault_happens(&s->batches->faults, BATCH_FAULT_CUT, lot, o->fault[BATCH_FAULT_CUT],
                                       o->fault_times)) {
        x->record.fault = sim_batch_fault_name(BATCH_FAULT_CUT);
        x->fault = FAULT_CUT;
    }
}

void sim_batch_files_content(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct stored *f = find(s, x, now_ns);
    uint64_t hidden_ns = s->options->batch.hidden_ns;
    char message[160];

    if (f && strcmp(f->purpose, "batch_output") == 0 && now_ns < f->created_ns + hidden_ns) {
        snprintf(message, sizeof(message), "No such File object: %.64s", f->id);
        sim_refuse(x, 404, message, "invalid_request_error", "id", NULL);
    } else if (f) {
        sim_batch_files_hand_out(s, x, f->path);
    }
}
