#include "sim_batch_create.h"

#include "sim_batch_check.h"
#include "sim_batch_exchange.h"
#include "sim_batch_mistral.h"
#include "sim_batch_object.h"
#include "sim_batch_run.h"
#include "sim_decide.h"
#include "sim_refuse.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_NS UINT64_C(3600000000000)
#define METADATA_PAIRS 16
#define METADATA_KEY 64
#define METADATA_VALUE 512
#define ROWS_OF_MESSAGES 100000

static char *copy(const char *text) {
    char *out = text ? strdup(text) : NULL;

    if (text && !out)
        errx(1, "fatal: no memory for what a batch is");
    return out;
}

static const char *text_of(const cJSON *tree, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, name));
}

static void refuse(struct exchange *x, const char *param, const char *code, const char *message) {
    sim_refuse(x, 400, message, "invalid_request_error", param, code);
}

bool sim_batch_create_allowed(struct simulator *s, struct exchange *x, uint64_t rows, uint64_t now_ns) {
    const struct batch_options *o = &s->options->batch;
    uint64_t open = 0, lately = 0;
    const char *limit = NULL;

    for (const struct batch *b = s->batches->newest; b; b = b->older) {
        if (b->owner != x->account)
            continue;
        open += !sim_batches_ended(b);
        rows += sim_batches_ended(b) ? 0 : b->total;
        lately += now_ns < b->at_ns[BATCH_VALIDATING] + HOUR_NS;
    }
    if (o->open_most && open >= o->open_most)
        limit = "batches in progress";
    else if (o->hourly_most && lately >= o->hourly_most)
        limit = "batches created in an hour";
    else if (o->queued_rows && x->batch->path.shape == BATCH_MESSAGES && rows > o->queued_rows)
        limit = "batch requests in the processing queue";
    else
        return sim_decide_money(s, x);
    x->record.limit = "batches";
    x->wait_ns = UINT64_C(1000000000);
    char message[160];

    snprintf(message, sizeof(message), "Rate limit reached: too many %s. Please try again later.", limit);
    sim_refuse(x, 429, message, "requests", NULL, "rate_limit_exceeded");
    return false;
}

struct batch *sim_batch_create_add(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct batch *b = sim_batches_add(s->batches, x->batch->path.shape, x->account, s->options->seed, now_ns);

    b->key_hash = x->record.key_hash;
    b->key_line = x->record.key_line;
    return b;
}

void sim_batch_create_answer(struct simulator *s, struct exchange *x, const struct batch *b) {
    x->record.status = 200;
    bool job = s->options->batch.together && b->shape == BATCH_OPENAI;

    x->record.object = b->id;
    sim_text_puts(&x->answer, job ? "{\"job\":" : "");
    sim_batch_object_add(&x->answer, s->batches, b, x->batch->base);
    sim_text_puts(&x->answer, job ? ",\"warning\":null}\n" : "\n");
}

bool sim_batch_create_metadata_fits(struct exchange *x, const cJSON *metadata) {
    const cJSON *pair;
    int count = cJSON_GetArraySize(metadata);

    if (!metadata || cJSON_IsNull(metadata))
        return true;
    if (x->simulator->options->batch.together) {
        refuse(x, "metadata", "unknown_parameter", "Unknown parameter: 'metadata'.");
        return false;
    }
    if (!cJSON_IsObject(metadata) || count > METADATA_PAIRS) {
        refuse(x, "metadata", "invalid_type",
               "Invalid 'metadata': an object of at most 16 pairs was expected.");
        return false;
    }
    cJSON_ArrayForEach(pair, metadata) {
        if (cJSON_IsString(pair) && strlen(pair->valuestring) <= METADATA_VALUE &&
            strlen(pair->string) <= METADATA_KEY)
            continue;
        refuse(x, "metadata", "invalid_type",
               "Invalid 'metadata': keys of at most 64 and strings of at most 512 characters were expected.");
        return false;
    }
    return true;
}

/* By the endpoint of the batch; false: none that this server has. */
static bool find_api(const char *endpoint, enum api *api) {
    if (!endpoint ||
        (strcmp(endpoint, "/v1/responses") != 0 && strcmp(endpoint, "/v1/chat/completions") != 0))
        return false;
    *api = strcmp(endpoint, "/v1/responses") != 0 ? API_CHAT : API_RESPONSES;
    return true;
}

void sim_batch_create_take_file(struct simulator *s, struct exchange *x, struct batch *b, const char *id,
                                uint64_t now_ns) {
    const struct stored *f =
        sim_files_find(&s->batches->files, id, x->account, now_ns, s->options->batch.keep_ns);
    char message[160];

    snprintf(b->input_id, sizeof(b->input_id), "%s", id);
    if (f) {
        b->input = sim_files_open(f->path);
        if (!b->input)
            err(1, "fatal: cannot read %s", f->path);
        return;
    }
    snprintf(message, sizeof(message),
             "Cannot find file %.64s, or organization org-simapi does not have access.", id);
    sim_batch_check_fail(b, "invalid_request", message, "input_file_id", 0);
}

static void create_openai(struct simulator *s, struct exchange *x, const cJSON *tree, uint64_t now_ns) {
    const char *input = text_of(tree, "input_file_id"), *endpoint = text_of(tree, "endpoint");
    const char *window = text_of(tree, "completion_window");
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(tree, "metadata");
    enum api api;
    struct batch *b;

    if (!input || !*input || strlen(input) >= BATCH_ID)
        refuse(x, "input_file_id", "missing_required_parameter",
               "Missing required parameter: 'input_file_id'.");
    else if (!find_api(endpoint, &api))
        refuse(x, "endpoint", "invalid_value",
               "Invalid value for 'endpoint'. Supported values are: '/v1/responses' and "
               "'/v1/chat/completions'.");
    else if (!window || strcmp(window, "24h") != 0)
        refuse(x, "completion_window", "invalid_value",
               "Invalid value for 'completion_window'. Supported values are: '24h'.");
    else if (sim_batch_create_metadata_fits(x, metadata) && sim_batch_create_allowed(s, x, 0, now_ns)) {
        b = sim_batch_create_add(s, x, now_ns);
        b->api = api;
        b->endpoint = copy(endpoint);
        b->window = copy(window);
        b->metadata = cJSON_IsObject(metadata) ? cJSON_PrintUnformatted(metadata) : NULL;
        sim_batch_create_take_file(s, x, b, input, now_ns);
        sim_batch_create_answer(s, x, b);
    }
}

static void create_messages(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct upload *u = x->batch->upload;
    uint64_t most = s->options->batch.rows_most ? s->options->batch.rows_most : ROWS_OF_MESSAGES;
    struct batch *b;

    sim_upload_end(u);
    if (u->too_large || u->rows.count > most)
        sim_refuse(x, 413, "Request exceeds the maximum size", NULL, NULL, NULL);
    else if (*u->message)
        sim_refuse(x, 400, u->message, NULL, NULL, NULL);
    else if (!sim_batch_split_whole(&u->split))
        sim_refuse(x, 400, "The request body is not valid JSON, or has no requests", NULL, NULL, NULL);
    else if (!u->rows.count)
        sim_refuse(x, 400, "requests: List should have at least 1 item after validation, not 0", NULL, NULL,
                   NULL);
    else if (sim_batch_create_allowed(s, x, u->rows.count, now_ns)) {
        b = sim_batch_create_add(s, x, now_ns);
        b->api = API_MESSAGES;
        b->input = sim_files_open(u->path);
        if (!b->input)
            err(1, "fatal: cannot read %s", u->path);
        b->rows = u->rows;
        u->rows = (struct batch_rows){0};
        b->total = b->rows.count;
        b->indexed = true;
        sim_batch_run_begin(s, b, now_ns);
        sim_batch_create_answer(s, x, b);
    }
}

void sim_batch_create(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    cJSON *tree;

    if (x->batch->path.shape == BATCH_MESSAGES) {
        create_messages(s, x, now_ns);
        return;
    }
    tree = x->body.len ? cJSON_ParseWithLength(x->body.data, x->body.len) : NULL;
    if (!cJSON_IsObject(tree))
        refuse(x, NULL, NULL, "We could not parse the JSON body of your request.");
    else if (x->batch->path.shape == BATCH_MISTRAL)
        sim_batch_mistral_create(s, x, tree, now_ns);
    else
        create_openai(s, x, tree, now_ns);
    cJSON_Delete(tree);
}
