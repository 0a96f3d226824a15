#include "sim_batch_exchange.h"

#include "sim_number.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES UINT64_C(209715200)
#define BODY_BYTES UINT64_C(268435456)

static const char *argument(const struct exchange *x, const char *name) {
    return MHD_lookup_connection_value(x->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* Mistral's clients write each pair of metadata as an argument of its own, and a status more than once. */
static enum MHD_Result take_argument(void *cls, enum MHD_ValueKind kind, const char *name,
                                     const char *value) {
    static const char *const known[] = {"page",          "page_size",     "model",   "agent_id",
                                        "created_after", "created_by_me", "order_by"};
    struct batch_exchange *c = cls;
    bool status = !strcmp(name, "status");

    (void)kind;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (!strcmp(known[i], name))
            return MHD_YES;
    if (status && !c->statuses)
        c->statuses = cJSON_CreateObject();
    if (!status && !c->metadata)
        c->metadata = cJSON_CreateObject();
    if (!cJSON_AddStringToObject(status ? c->statuses : c->metadata, status && value ? value : name,
                                 value ? value : ""))
        errx(1, "fatal: no memory for a query");
    return MHD_YES;
}

static void read_query(struct exchange *x) {
    struct batch_exchange *c = x->batch;
    bool messages = c->path.shape == BATCH_MESSAGES;

    c->after = argument(x, messages ? "after_id" : "after");
    c->before = messages ? argument(x, "before_id") : NULL;
    c->limit = argument(x, "limit");
    c->purpose = argument(x, "purpose");
    c->order = argument(x, "order");
    c->advance = argument(x, "advance");
    c->page = argument(x, "page");
    c->page_size = argument(x, "page_size");
    c->model = argument(x, "model");
    c->created_after = argument(x, "created_after");
    if (c->path.shape == BATCH_MISTRAL)
        MHD_get_connection_values(x->connection, MHD_GET_ARGUMENT_KIND, take_argument, c);
}

void sim_batch_exchange_begin(struct simulator *s, struct exchange *x, const char *method, const char *path) {
    const struct options *o = s->options;
    const char *host = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Host");
    struct batch_path p;
    struct batch_exchange *c;
    uint64_t most = o->batch.bytes_most;

    if (!sim_batch_path_read(&p, method, path))
        return;
    c = x->batch = calloc(1, sizeof(*c));
    if (!c)
        errx(1, "fatal: no memory for a call of files and batches");
    c->path = p;
    x->api = p.shape == BATCH_MESSAGES ? API_MESSAGES : API_RESPONSES;
    snprintf(c->base, sizeof(c->base), "%s://%.100s", o->tls_cert ? "https" : "http",
             host ? host : "127.0.0.1");
    read_query(x);
    if (p.call == BATCH_CALL_UPLOAD)
        c->upload =
            sim_upload_begin(&s->batches->files, x->connection, UPLOAD_FORM, most ? most : FILE_BYTES);
    else if (p.call == BATCH_CALL_CREATE && p.shape == BATCH_MESSAGES)
        c->upload =
            sim_upload_begin(&s->batches->files, x->connection, UPLOAD_REQUESTS, most ? most : BODY_BYTES);
}

uint64_t sim_batch_exchange_number(const char *text, uint64_t otherwise, uint64_t most) {
    uint64_t n = otherwise;

    if (text && !sim_number_parse(text, strlen(text), &n))
        n = otherwise;
    return n < most ? n : most;
}

void sim_batch_exchange_free(struct batch_exchange *c) {
    if (!c)
        return;
    sim_upload_free(c->upload);
    if (c->download && fclose(c->download))
        warn("warn: cannot close a download");
    cJSON_Delete(c->statuses);
    cJSON_Delete(c->metadata);
    free(c);
}
