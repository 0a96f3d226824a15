#include "sim_batch_mistral.h"

#include "sim_batch_create.h"
#include "sim_batch_exchange.h"
#include "sim_batch_list.h"
#include "sim_refuse.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS UINT64_C(1000000000)
#define HOUR_NS (3600 * SECOND_NS)
#define HOURS_MOST 168
#define PAGE 100
#define PAGE_MOST 1000

static char *copy(const char *text) {
    char *out = strdup(text);

    if (!out)
        errx(1, "fatal: no memory for what a batch is");
    return out;
}

static const char *text_of(const cJSON *tree, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, name));
}

static void refuse(struct exchange *x, const char *param, const char *message) {
    sim_refuse(x, 422, message, "invalid_request_error", param, "invalid_value");
}

/* The requests of the body itself, as a file. */
static void take_requests(struct simulator *s, struct batch *b, const cJSON *requests) {
    char *path;
    const cJSON *request;

    b->input = sim_files_new(&s->batches->files, &path);
    cJSON_ArrayForEach(request, requests) {
        char *line = cJSON_PrintUnformatted(request);

        if (!line || fprintf(b->input, "%s\n", line) < 0)
            err(1, "fatal: cannot write %s", path);
        cJSON_free(line);
    }
    if (fflush(b->input) || fseeko(b->input, 0, SEEK_SET) || unlink(path))
        err(1, "fatal: cannot write %s", path);
    free(path);
}

/* Hours of the job; 0 when that refused the request. */
static uint64_t read_hours(struct exchange *x, const cJSON *tree) {
    const cJSON *hours = cJSON_GetObjectItemCaseSensitive(tree, "timeout_hours");

    if (!hours || cJSON_IsNull(hours))
        return 24;
    if (cJSON_IsNumber(hours) && hours->valuedouble >= 1 && hours->valuedouble <= HOURS_MOST)
        return (uint64_t)hours->valuedouble;
    refuse(x, "timeout_hours", "timeout_hours: a number from 1 to 168 was expected");
    return 0;
}

static bool check(struct exchange *x, const cJSON *tree) {
    const cJSON *files = cJSON_GetObjectItemCaseSensitive(tree, "input_files");
    const cJSON *requests = cJSON_GetObjectItemCaseSensitive(tree, "requests");
    const char *endpoint = text_of(tree, "endpoint");
    const char *file = cJSON_GetStringValue(cJSON_GetArrayItem(files, 0));

    if (!endpoint || strcmp(endpoint, "/v1/chat/completions") != 0)
        refuse(x, "endpoint", "endpoint: this server has '/v1/chat/completions' alone");
    else if (!text_of(tree, "model") || !*text_of(tree, "model"))
        refuse(x, "model", "model: a string was expected");
    else if (cJSON_IsArray(requests) == (cJSON_GetArraySize(files) == 1) || cJSON_GetArraySize(files) > 1)
        refuse(x, "input_files", "either one of input_files or requests was expected");
    else if (cJSON_GetArraySize(files) && (!file || !*file || strlen(file) >= BATCH_ID))
        refuse(x, "input_files", "input_files: ids of files were expected");
    else
        return true;
    return false;
}

void sim_batch_mistral_create(struct simulator *s, struct exchange *x, const cJSON *tree, uint64_t now_ns) {
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(tree, "metadata");
    const cJSON *requests = cJSON_GetObjectItemCaseSensitive(tree, "requests");
    const cJSON *file = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(tree, "input_files"), 0);
    uint64_t hours = read_hours(x, tree);
    struct batch *b;

    if (!hours || !check(x, tree) || !sim_batch_create_metadata_fits(x, metadata) ||
        !sim_batch_create_allowed(s, x, 0, now_ns))
        return;
    b = sim_batch_create_add(s, x, now_ns);
    b->api = API_CHAT;
    b->endpoint = copy("/v1/chat/completions");
    b->model = copy(text_of(tree, "model"));
    b->metadata = cJSON_IsObject(metadata) ? cJSON_PrintUnformatted(metadata) : NULL;
    if (b->expires_ns != UINT64_MAX)
        b->expires_ns = now_ns + hours * HOUR_NS;
    if (file)
        sim_batch_create_take_file(s, x, b, file->valuestring, now_ns);
    else
        take_requests(s, b, requests);
    sim_batch_create_answer(s, x, b);
}

static const char *status_of(const struct batch *b) {
    static const char *const words[] = {[BATCH_VALIDATING] = "QUEUED",
                                        [BATCH_RUNNING] = "RUNNING",
                                        [BATCH_CANCELLING] = "CANCELLATION_REQUESTED",
                                        [BATCH_REST] = "RUNNING",
                                        [BATCH_FINALIZING] = "RUNNING",
                                        [BATCH_FAILED] = "FAILED",
                                        [BATCH_COMPLETED] = "SUCCESS",
                                        [BATCH_EXPIRED] = "TIMEOUT_EXCEEDED",
                                        [BATCH_CANCELLED] = "CANCELLED"};

    return words[b->state == BATCH_REST && b->end == BATCH_CANCELLED ? BATCH_CANCELLING : b->state];
}

static void add(struct text *out, const char *name, const char *json) {
    sim_text_puts(out, ",\"");
    sim_text_puts(out, name);
    sim_text_puts(out, "\":");
    sim_text_puts(out, json ? json : "null");
}

static void add_string(struct text *out, const char *name, const char *value) {
    add(out, name, "");
    sim_text_add_json_string(out, value);
}

/* None where n is 0 and that means none. */
static void add_number(struct text *out, const char *name, uint64_t n, bool none) {
    add(out, name, none && !n ? "null" : "");
    if (n || !none)
        sim_text_number(out, n);
}

void sim_batch_mistral_object(struct text *out, const struct batch *b) {
    bool ended = sim_batches_ended(b), lies = b->faulty[BATCH_FAULT_COUNTS] && ended;
    uint64_t succeeded = lies ? b->total : b->counts.succeeded, failed = lies ? 0 : b->counts.errored;

    sim_text_puts(out, "{\"id\":");
    sim_text_add_json_string(out, b->id);
    add_string(out, "object", "batch");
    add(out, "input_files", "[");
    if (*b->input_id)
        sim_text_add_json_string(out, b->input_id);
    sim_text_puts(out, "]");
    add(out, "metadata", b->metadata);
    add_string(out, "endpoint", b->endpoint);
    add_string(out, "model", b->model);
    add_string(out, "output_file", *b->output_id ? b->output_id : NULL);
    add_string(out, "error_file", *b->error_id ? b->error_id : NULL);
    add(out, "errors", "[");
    sim_text_add(out, b->failures.data, b->failures.len);
    sim_text_puts(out, "]");
    add_string(out, "status", status_of(b));
    add_number(out, "created_at", b->at_ns[BATCH_VALIDATING] / SECOND_NS, false);
    add_number(out, "started_at", b->at_ns[BATCH_RUNNING] / SECOND_NS, true);
    add_number(out, "completed_at", ended ? b->at_ns[b->state] / SECOND_NS : 0, true);
    add_number(out, "total_requests", b->total, false);
    add_number(out, "completed_requests", succeeded + failed, false);
    add_number(out, "succeeded_requests", succeeded, false);
    add_number(out, "failed_requests", failed, false);
    sim_text_puts(out, "}");
}

/* Whether all pairs of wanted are among those of the job. */
static bool has_metadata(const struct batch *b, const cJSON *wanted) {
    cJSON *has = b->metadata ? cJSON_Parse(b->metadata) : NULL;
    const cJSON *pair;
    bool all = true;

    cJSON_ArrayForEach(pair, wanted) {
        all &= cJSON_Compare(pair, cJSON_GetObjectItemCaseSensitive(has, pair->string), true);
    }
    cJSON_Delete(has);
    return all;
}

/* Nanoseconds since 1970 of a time such as 2026-11-22T06:11:01Z; 0: none. */
static uint64_t read_time(const char *text) {
    struct tm t = {0};

    return text && strptime(text, "%Y-%m-%dT%H:%M:%S", &t) ? (uint64_t)timegm(&t) * SECOND_NS : 0;
}

void sim_batch_mistral_list(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const struct batch_exchange *c = x->batch;
    uint64_t size = sim_batch_exchange_number(c->page_size, PAGE, PAGE_MOST);
    uint64_t from = sim_batch_exchange_number(c->page, 0, UINT32_MAX) * size, total = 0, count = 0;
    uint64_t created_after_ns = read_time(c->created_after);

    x->record.status = 200;
    sim_text_puts(&x->answer, "{\"object\":\"list\",\"data\":[");
    for (const struct batch *b = sim_batch_list_next(s, x, NULL, now_ns); b;
         b = sim_batch_list_next(s, x, b, now_ns)) {
        if (b->at_ns[BATCH_VALIDATING] < created_after_ns || !has_metadata(b, c->metadata) ||
            (c->statuses && !cJSON_HasObjectItem(c->statuses, status_of(b))) ||
            (c->model && strcmp(c->model, b->model) != 0))
            continue;
        if (total >= from && count < size) {
            sim_text_puts(&x->answer, count++ ? "," : "");
            sim_batch_mistral_object(&x->answer, b);
        }
        total++;
    }
    sim_text_puts(&x->answer, "],\"total\":");
    sim_text_number(&x->answer, total);
    sim_text_puts(&x->answer, "}\n");
}
