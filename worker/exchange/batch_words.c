#include "exchange/batch_words.h"

#include "exchange/batch_member.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define CLOCKS 300U // seconds: their clock and ours
#define AFTER 3600U // a creation takes no longer

static enum batch_phase phase_of(const char *status) {
    static const struct {
        const char *word;
        enum batch_phase phase;
    } words[] = {{"completed", BATCH_COMPLETED},      {"failed", BATCH_FAILED},
                 {"expired", BATCH_EXPIRED},          {"cancelled", BATCH_CANCELLED},
                 {"success", BATCH_COMPLETED}, // Mistral's, and the next
                 {"timeout_exceeded", BATCH_EXPIRED}, {"canceled", BATCH_CANCELLED}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(status, words[i].word) == 0) {
            return words[i].phase;
        }
    }
    return BATCH_GOING;
}

// As Anthropic has it: its results are one file, which has the batch's own id.
static bool read_messages(const struct json_piece *object, struct batch_object *out) {
    static const char *const counted[] = {"processing", "succeeded", "errored", "canceled", "expired"};
    struct json_piece counts = batch_member_piece(object, "request_counts", '{');
    out->messages = true;
    out->phase = strcmp(out->status, "ended") == 0 ? BATCH_COMPLETED : BATCH_GOING;
    (void)strlcpy(out->output, out->id, sizeof(out->output));
    out->created = batch_member_moment(object, "created_at");
    out->expires = batch_member_moment(object, "expires_at");
    for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
        out->total += batch_member_number(&counts, counted[i]);
    }
    uint64_t cancelled = batch_member_number(&counts, "canceled"),
             expired = batch_member_number(&counts, "expired");
    out->completed = batch_member_number(&counts, "succeeded");
    out->failed = batch_member_number(&counts, "errored") + cancelled + expired;
    if (out->phase == BATCH_COMPLETED && cancelled + expired > 0) {
        out->phase = expired > 0 ? BATCH_EXPIRED : BATCH_CANCELLED;
    }
    return true;
}

// Two names of one thing.
static void get_either(const struct json_piece *object, const char *name, const char *other, char *out,
                       size_t size) {
    if (!batch_member_text(object, name, out, size)) {
        (void)batch_member_text(object, other, out, size);
    }
}

static bool read_object(const struct json_piece *object, struct batch_object *out) {
    *out = (struct batch_object){0};
    if (object->length > 0 && object->text[0] == '{' &&
        batch_member_text(object, "id", out->id, sizeof(out->id)) &&
        batch_member_text(object, "processing_status", out->status, sizeof(out->status))) {
        return read_messages(object, out);
    }
    if (object->length == 0 || object->text[0] != '{' ||
        !batch_member_text(object, "id", out->id, sizeof(out->id)) ||
        !batch_member_text(object, "status", out->status, sizeof(out->status))) {
        return false;
    }
    struct json_piece counts = batch_member_piece(object, "request_counts", '{');
    struct json_piece errors = batch_member_piece(object, "errors", '{');
    out->phase = phase_of(out->status);
    get_either(object, "output_file_id", "output_file", out->output, sizeof(out->output));
    get_either(object, "error_file_id", "error_file", out->error, sizeof(out->error));
    out->created = batch_member_time(object, "created_at");
    out->expires = batch_member_time(object, "expires_at");
    out->expires = out->expires > 0 ? out->expires : batch_member_time(object, "job_deadline"); // Together's
    const struct json_piece *counted = counts.length > 0 ? &counts : object;                    // Mistral's
    out->total = batch_member_number(counted, counts.length > 0 ? "total" : "total_requests");
    out->completed = batch_member_number(counted, counts.length > 0 ? "completed" : "succeeded_requests");
    out->failed = batch_member_number(counted, counts.length > 0 ? "failed" : "failed_requests");
    out->errors = errors.length > 0 ? batch_member_piece(&errors, "data", '[')
                                    : batch_member_piece(object, "errors", '[');
    return true;
}

bool batch_words_object(const char *json, size_t length, struct batch_object *out) {
    struct json_piece object;
    if (!json_scan_whole(json, length, &object)) {
        return false;
    }
    struct json_piece job = batch_member_piece(&object, "job", '{'); // around what Together has created
    return read_object(job.length > 0 ? &job : &object, out);
}

bool batch_words_answer_id(const char *json, size_t length, char *out, size_t size) {
    struct json_piece object;
    return json_scan_whole(json, length, &object) && object.text[0] == '{' &&
           batch_member_text(&object, "id", out, size);
}

bool batch_words_fault(const struct batch_object *batch, size_t *at, struct batch_fault *out) {
    struct json_piece item;
    while (batch->errors.length > 0 && json_scan_item(&batch->errors, at, &item)) {
        if (item.length > 0 && item.text[0] == '{') {
            *out = (struct batch_fault){.line = batch_member_number(&item, "line")};
            (void)batch_member_text(&item, "code", out->code, sizeof(out->code));
            (void)batch_member_text(&item, "message", out->message, sizeof(out->message));
            return true;
        }
    }
    return false;
}

// "Limit: 2,000,000 enqueued tokens", "limit of 30K for".
static uint64_t limit_in(const char *message) {
    const char *at = strcasestr(message, "limit: ");
    at = at != NULL ? at + 7 : strcasestr(message, "limit of ");
    uint64_t number = 0;
    if (at == NULL) {
        return 0;
    }
    at += strncasecmp(at, "limit of ", 9) == 0 ? 9 : 0;
    for (; (*at >= '0' && *at <= '9') || *at == ','; at++) {
        if (*at != ',') {
            number = number < UINT64_MAX / 100 ? number * 10 + (uint64_t)(*at - '0') : number;
        }
    }
    if (*at == 'K' || *at == 'k') {
        return number * 1000;
    }
    return *at == 'M' ? number * 1000000 : number;
}

bool batch_words_enqueued(const struct batch_fault *fault, uint64_t *limit) {
    bool is = strcmp(fault->code, "token_limit_exceeded") == 0 ||
              strcasestr(fault->message, "enqueued token") != NULL;
    *limit = is ? limit_in(fault->message) : 0;
    return is;
}

// Its input; Mistral has a list of them.
static bool get_file(const struct json_piece *object, char *out, size_t size) {
    struct json_piece files = batch_member_piece(object, "input_files", '['), first;
    size_t at = 0;
    if (files.length > 0 && json_scan_item(&files, &at, &first) && batch_member_is_text(&first) &&
        first.length - 2 < size) {
        memcpy(out, first.text + 1, first.length - 2);
        out[first.length - 2] = '\0';
        return true;
    }
    return batch_member_text(object, "input_file_id", out, size);
}

// By metadata where there is some, else by the file.
static bool is_of(const struct json_piece *object, const struct batch_object *batch,
                  const struct batch_record *part) {
    struct json_piece metadata = batch_member_piece(object, "metadata", '{');
    char text[128];
    if (batch->messages) { // it has no names: how many rows, and when, is all that there is
        return batch->total == part->rows && batch->created + CLOCKS >= part->made &&
               batch->created <= part->made + AFTER;
    }
    if (batch_member_text(&metadata, "ration_run", text, sizeof(text))) {
        return strcmp(text, part->run) == 0 && batch_member_number(&metadata, "ration_part") == part->number;
    }
    return part->file[0] != '\0' && get_file(object, text, sizeof(text)) && strcmp(text, part->file) == 0;
}

// Pages may overlap, as the list grows.
static bool is_noted(const struct batch_search *search, const struct batch_object *batch) {
    bool is = search->found > 0 && strcmp(search->oldest.id, batch->id) == 0;
    for (uint32_t i = 0; i < search->youngers; i++) {
        is = is || strcmp(search->younger[i].id, batch->id) == 0;
    }
    return is;
}

static void note_younger(struct batch_search *search, const struct batch_object *batch) {
    if (batch->phase != BATCH_CANCELLED && search->youngers < BATCH_YOUNGER) {
        search->younger[search->youngers++] = *batch;
    }
}

// A batch that failed, as for its enqueued tokens, is no creation that lives.
static void note(struct batch_search *search, const struct batch_object *batch) {
    if (batch->phase == BATCH_FAILED || is_noted(search, batch)) {
        return;
    }
    bool older = search->found == 0 || batch->created <= search->oldest.created;
    if (search->found > 0) {
        note_younger(search, older ? &search->oldest : batch);
    }
    if (older) {
        search->oldest = *batch;
    }
    search->found++;
}

// Mistral counts its pages, and says how many batches there are; the others name the last one.
static void turn_page(const struct json_piece *list, const char *last, size_t items,
                      struct batch_search *search) {
    struct json_piece more;
    if (list->text[0] == '{' && json_scan_find(list, "has_more", &more)) {
        (void)strlcpy(search->after, more.length == 4 ? last : "", sizeof(search->after));
        return;
    }
    search->seen += items;
    bool rest = list->text[0] == '{' && items > 0 && batch_member_number(list, "total") > search->seen;
    search->page = rest ? search->page + 1 : 0;
    search->after[0] = '\0';
    if (rest) {
        (void)snprintf(search->after, sizeof(search->after), "%u", (unsigned)search->page);
    }
}

bool batch_words_list(const char *json, size_t length, const struct batch_record *part,
                      bool (*taken)(void *context, const char *id), void *context,
                      struct batch_search *search) {
    struct json_piece object, item;
    struct batch_object batch;
    char last[128] = "";
    size_t items = 0;
    if (!json_scan_whole(json, length, &object)) {
        return false;
    }
    struct json_piece data =
        object.text[0] == '[' ? object : batch_member_piece(&object, "data", '['); // Together's
    if (data.length == 0) {
        return false;
    }
    for (size_t at = 0; json_scan_item(&data, &at, &item); items++) {
        if (read_object(&item, &batch)) {
            (void)strlcpy(last, batch.id, sizeof(last));
            search->last_created = batch.created;
            bool others = taken != NULL && taken(context, batch.id);
            if (!others && is_of(&item, &batch, part)) {
                note(search, &batch);
            }
        }
    }
    turn_page(&object, last, items, search);
    return true;
}

// As Anthropic has it. What its errors would have been, asked alone, is a status.
static void read_outcome(const struct json_piece *object, struct batch_result *out) {
    static const struct {
        const char *type;
        long status;
    } types[] = {{"invalid_request_error", 400}, {"authentication_error", 401}, {"permission_error", 403},
                 {"not_found_error", 404},       {"request_too_large", 413},    {"rate_limit_error", 429},
                 {"timeout_error", 504},         {"overloaded_error", 529}};
    char type[32], error_type[64] = "";
    (void)batch_member_text(object, "type", type, sizeof(type));
    if (strcmp(type, "succeeded") == 0) {
        out->body = batch_member_piece(object, "message", '{');
        out->status = 200;
    } else if (strcmp(type, "errored") == 0) {
        out->body = batch_member_piece(object, "error", '{');
        struct json_piece inner = batch_member_piece(&out->body, "error", '{');
        (void)batch_member_text(&inner, "type", error_type, sizeof(error_type));
        out->status = 500;
        for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
            out->status = strcmp(error_type, types[i].type) == 0 ? types[i].status : out->status;
        }
    } else if (strcmp(type, "expired") == 0 || strcmp(type, "canceled") == 0) {
        (void)snprintf(out->code, sizeof(out->code), "batch_%s", type);
    }
}

bool batch_words_result(const char *line, size_t length, struct batch_result *out) {
    struct json_piece object, id, response, error;
    *out = (struct batch_result){0};
    if (!json_scan_whole(line, length, &object) || object.text[0] != '{' ||
        !json_scan_find(&object, "custom_id", &id) || !batch_member_is_text(&id)) {
        return false;
    }
    out->id = (struct json_piece){id.text + 1, id.length - 2};
    struct json_piece result = batch_member_piece(&object, "result", '{');
    if (result.length > 0) {
        read_outcome(&result, out);
        return true;
    }
    response = batch_member_piece(&object, "response", '{');
    error = batch_member_piece(&object, "error", '{');
    if (response.length > 0) {
        uint64_t status = batch_member_number(&response, "status_code");
        out->status = status < 1000 ? (long)status : 0;
        (void)batch_member_text(&response, "request_id", out->request_id, sizeof(out->request_id));
        if (!json_scan_find(&response, "body", &out->body) || out->body.text[0] == 'n') {
            out->body = (struct json_piece){NULL, 0};
        }
    }
    (void)batch_member_text(&error, "code", out->code, sizeof(out->code));
    (void)batch_member_text(&error, "message", out->message, sizeof(out->message));
    return true;
}
