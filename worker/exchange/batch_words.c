#include "exchange/batch_words.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define CLOCKS 300U // seconds: their clock and ours
#define AFTER 3600U // a creation takes no longer

static bool is_text(const struct json_piece *value) {
    return value->length >= 2 && value->text[0] == '"';
}

// A string without its escapes, for people and as ids: what is not plain becomes a blank. True: it is a
// string that is not empty, and fits.
static bool get_text(const struct json_piece *object, const char *name, char *out, size_t size) {
    struct json_piece value;
    size_t used = 0;
    out[0] = '\0';
    if (object->length == 0 || !json_scan_find(object, name, &value) || !is_text(&value)) {
        return false;
    }
    for (size_t i = 1; i + 1 < value.length && used + 1 < size; i++) {
        char c = value.text[i];
        if (c == '\\') {
            i += value.text[i + 1] == 'u' && i + 6 < value.length ? 5 : 1;
            c = value.text[i] == '"' || value.text[i] == '\\' || value.text[i] == '/' ? value.text[i] : ' ';
        }
        out[used++] = c;
    }
    out[used] = '\0';
    return used > 0;
}

// A whole number, also as a string of digits; 0: it is none.
static uint64_t get_number(const struct json_piece *object, const char *name) {
    struct json_piece value;
    char digits[24];
    if (object->length == 0 || !json_scan_find(object, name, &value)) {
        return 0;
    }
    size_t from = is_text(&value) ? 1 : 0;
    size_t count = 0;
    while (from + count < value.length && count + 1 < sizeof(digits) - 1 && value.text[from + count] >= '0' &&
           value.text[from + count] <= '9') {
        digits[count] = value.text[from + count];
        count++;
    }
    digits[count] = '\0';
    return count > 0 && count < 19 ? strtoull(digits, NULL, 10) : 0;
}

// A number above 9999999999 is of milliseconds; RFC 3339, as Azure writes it, begins with a year.
static uint64_t get_time(const struct json_piece *object, const char *name) {
    uint64_t number = get_number(object, name);
    if (number > 9999999999ULL) {
        return number / 1000;
    }
    return number > 9999 ? number : 0;
}

static struct json_piece get_piece(const struct json_piece *object, const char *name, char first) {
    struct json_piece value;
    if (object->length > 0 && json_scan_find(object, name, &value) && value.length > 0 &&
        value.text[0] == first) {
        return value;
    }
    return (struct json_piece){NULL, 0};
}

static enum batch_phase phase_of(const char *status) {
    static const struct {
        const char *word;
        enum batch_phase phase;
    } words[] = {{"completed", BATCH_COMPLETED},
                 {"failed", BATCH_FAILED},
                 {"expired", BATCH_EXPIRED},
                 {"cancelled", BATCH_CANCELLED},
                 {"canceled", BATCH_CANCELLED}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(status, words[i].word) == 0) {
            return words[i].phase;
        }
    }
    return BATCH_GOING;
}

// RFC 3339 of UTC, to the second; 0: it is none.
static uint64_t get_moment(const struct json_piece *object, const char *name) {
    char text[40];
    struct tm tm = {0};
    if (!get_text(object, name, text, sizeof(text)) || strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) == NULL) {
        return 0;
    }
    time_t seconds = timegm(&tm);
    return seconds > 0 ? (uint64_t)seconds : 0;
}

// As Anthropic has it: its results are one file, which has the batch's own id.
static bool read_messages(const struct json_piece *object, struct batch_object *out) {
    static const char *const counted[] = {"processing", "succeeded", "errored", "canceled", "expired"};
    struct json_piece counts = get_piece(object, "request_counts", '{');
    out->messages = true;
    out->phase = strcmp(out->status, "ended") == 0 ? BATCH_COMPLETED : BATCH_GOING;
    (void)strlcpy(out->output, out->id, sizeof(out->output));
    out->created = get_moment(object, "created_at");
    out->expires = get_moment(object, "expires_at");
    for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
        out->total += get_number(&counts, counted[i]);
    }
    uint64_t cancelled = get_number(&counts, "canceled"), expired = get_number(&counts, "expired");
    out->completed = get_number(&counts, "succeeded");
    out->failed = get_number(&counts, "errored") + cancelled + expired;
    if (out->phase == BATCH_COMPLETED && cancelled + expired > 0) {
        out->phase = expired > 0 ? BATCH_EXPIRED : BATCH_CANCELLED;
    }
    return true;
}

static bool read_object(const struct json_piece *object, struct batch_object *out) {
    *out = (struct batch_object){0};
    if (object->length > 0 && object->text[0] == '{' && get_text(object, "id", out->id, sizeof(out->id)) &&
        get_text(object, "processing_status", out->status, sizeof(out->status))) {
        return read_messages(object, out);
    }
    if (object->length == 0 || object->text[0] != '{' || !get_text(object, "id", out->id, sizeof(out->id)) ||
        !get_text(object, "status", out->status, sizeof(out->status))) {
        return false;
    }
    struct json_piece counts = get_piece(object, "request_counts", '{');
    struct json_piece errors = get_piece(object, "errors", '{');
    out->phase = phase_of(out->status);
    (void)get_text(object, "output_file_id", out->output, sizeof(out->output));
    (void)get_text(object, "error_file_id", out->error, sizeof(out->error));
    out->created = get_time(object, "created_at");
    out->expires = get_time(object, "expires_at");
    out->total = get_number(&counts, "total");
    out->completed = get_number(&counts, "completed");
    out->failed = get_number(&counts, "failed");
    out->errors = errors.length > 0 ? get_piece(&errors, "data", '[') : get_piece(object, "errors", '[');
    return true;
}

bool batch_words_object(const char *json, size_t length, struct batch_object *out) {
    struct json_piece object;
    return json_scan_whole(json, length, &object) && read_object(&object, out);
}

bool batch_words_answer_id(const char *json, size_t length, char *out, size_t size) {
    struct json_piece object;
    return json_scan_whole(json, length, &object) && object.text[0] == '{' &&
           get_text(&object, "id", out, size);
}

bool batch_words_fault(const struct batch_object *batch, size_t *at, struct batch_fault *out) {
    struct json_piece item;
    while (batch->errors.length > 0 && json_scan_item(&batch->errors, at, &item)) {
        if (item.length > 0 && item.text[0] == '{') {
            *out = (struct batch_fault){.line = get_number(&item, "line")};
            (void)get_text(&item, "code", out->code, sizeof(out->code));
            (void)get_text(&item, "message", out->message, sizeof(out->message));
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

// By metadata where there is some, else by the file.
static bool is_of(const struct json_piece *object, const struct batch_object *batch,
                  const struct batch_record *part) {
    struct json_piece metadata = get_piece(object, "metadata", '{');
    char text[128];
    if (batch->messages) { // it has no names: how many rows, and when, is all that there is
        return batch->total == part->rows && batch->created + CLOCKS >= part->made &&
               batch->created <= part->made + AFTER;
    }
    if (get_text(&metadata, "ration_run", text, sizeof(text))) {
        return strcmp(text, part->run) == 0 && get_number(&metadata, "ration_part") == part->number;
    }
    return part->file[0] != '\0' && get_text(object, "input_file_id", text, sizeof(text)) &&
           strcmp(text, part->file) == 0;
}

// A batch that failed, as for its enqueued tokens, is no creation that lives.
static void note(struct batch_search *search, const struct batch_object *batch) {
    if (batch->phase == BATCH_FAILED || (search->found > 0 && strcmp(search->oldest.id, batch->id) == 0)) {
        return;
    }
    bool older = search->found == 0 || batch->created <= search->oldest.created;
    if (search->found > 0) {
        search->younger = older ? search->oldest : *batch;
    }
    if (older) {
        search->oldest = *batch;
    }
    search->found++;
}

bool batch_words_list(const char *json, size_t length, const struct batch_record *part,
                      bool (*taken)(void *context, const char *id), void *context,
                      struct batch_search *search) {
    struct json_piece object, item, more;
    struct batch_object batch;
    char last[128] = "";
    if (!json_scan_whole(json, length, &object) || object.text[0] != '{') {
        return false;
    }
    struct json_piece data = get_piece(&object, "data", '[');
    if (data.length == 0) {
        return false;
    }
    for (size_t at = 0; json_scan_item(&data, &at, &item);) {
        if (read_object(&item, &batch)) {
            (void)strlcpy(last, batch.id, sizeof(last));
            search->last_created = batch.created;
            bool others = taken != NULL && taken(context, batch.id);
            if (!others && is_of(&item, &batch, part)) {
                note(search, &batch);
            }
        }
    }
    bool has_more = json_scan_find(&object, "has_more", &more) && more.length == 4;
    (void)strlcpy(search->after, has_more ? last : "", sizeof(search->after));
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
    (void)get_text(object, "type", type, sizeof(type));
    if (strcmp(type, "succeeded") == 0) {
        out->body = get_piece(object, "message", '{');
        out->status = 200;
    } else if (strcmp(type, "errored") == 0) {
        out->body = get_piece(object, "error", '{');
        struct json_piece inner = get_piece(&out->body, "error", '{');
        (void)get_text(&inner, "type", error_type, sizeof(error_type));
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
        !json_scan_find(&object, "custom_id", &id) || !is_text(&id)) {
        return false;
    }
    out->id = (struct json_piece){id.text + 1, id.length - 2};
    struct json_piece result = get_piece(&object, "result", '{');
    if (result.length > 0) {
        read_outcome(&result, out);
        return true;
    }
    response = get_piece(&object, "response", '{');
    error = get_piece(&object, "error", '{');
    if (response.length > 0) {
        uint64_t status = get_number(&response, "status_code");
        out->status = status < 1000 ? (long)status : 0;
        (void)get_text(&response, "request_id", out->request_id, sizeof(out->request_id));
        if (!json_scan_find(&response, "body", &out->body) || out->body.text[0] == 'n') {
            out->body = (struct json_piece){NULL, 0};
        }
    }
    (void)get_text(&error, "code", out->code, sizeof(out->code));
    (void)get_text(&error, "message", out->message, sizeof(out->message));
    return true;
}
