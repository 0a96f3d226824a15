#include "export/export_batch.h"
#include "export/json_unescape.h"
#include "export/opaque_body.h"

#include "system/whole_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct batch {
    struct whole_file *answers, *errors;
    bool responses;
    uint64_t number;
    struct text room; // of an answer that was kept as it came
};

static void batch_free(void *writer) {
    struct batch *batch = writer;
    whole_file_free(batch->answers);
    whole_file_free(batch->errors);
    text_free(&batch->room);
    free(batch);
}

static void *batch_open(const struct export_target *target, const struct columns *columns, const char **why) {
    (void)columns;
    struct batch *batch = calloc(1, sizeof(*batch));
    if (batch == NULL) {
        *why = strerror(ENOMEM);
        return NULL;
    }
    batch->responses = target->responses;
    batch->answers = whole_file_open(target->path);
    batch->errors = batch->answers != NULL ? whole_file_open(target->errors) : NULL;
    if (batch->errors == NULL) {
        *why = strerror(errno);
        batch_free(batch);
        return NULL;
    }
    return batch;
}

// The member as its JSON, or `otherwise`.
static void put_member(struct whole_file *out, const struct json_piece *object, const char *name,
                       const char *otherwise) {
    struct json_piece value;
    if (object->length > 0 && json_scan_find(object, name, &value) && value.text[0] != 'n') {
        whole_file_put(out, value.text, value.length);
    } else {
        whole_file_text(out, otherwise);
    }
}

static void put_number(struct whole_file *out, uint64_t number) {
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    whole_file_text(out, text);
}

// The line's time as Unix seconds: APIs have those.
static void put_created(struct whole_file *out, const struct json_piece *line) {
    struct json_piece value;
    struct tm time = {0};
    time_t seconds = 0;
    char text[32];
    if (json_scan_find(line, "created", &value) && value.text[0] == '"' && value.length < sizeof(text)) {
        size_t length = json_unescape(&value, text);
        text[length] = '\0';
        if (strptime(text, "%Y-%m-%dT%H:%M:%S", &time) != NULL) {
            seconds = timegm(&time);
        }
    }
    put_number(out, seconds > 0 ? (uint64_t)seconds : 0);
}

static bool equals(const struct json_piece *line, const char *name, const char *quoted) {
    struct json_piece value;
    return json_scan_find(line, name, &value) && value.length == strlen(quoted) &&
           memcmp(value.text, quoted, value.length) == 0;
}

static bool was_cut(const struct json_piece *line) {
    return equals(line, "finish_reason", "\"length\"") || equals(line, "finish_reason", "\"max_tokens\"") ||
           equals(line, "finish_reason", "\"max_output_tokens\"") ||
           equals(line, "finish_reason", "\"incomplete\"");
}

// What the API itself writes in an object of its own, where there is something to say.
static void put_detail(struct whole_file *out, const struct json_piece *usage, const char *whole,
                       const char *part, const char *name) {
    struct json_piece value;
    if (json_scan_find(usage, part, &value)) {
        whole_file_text(out, ",\"");
        whole_file_text(out, whole);
        whole_file_text(out, "_details\":{\"");
        whole_file_text(out, name);
        whole_file_text(out, "\":");
        whole_file_put(out, value.text, value.length);
        whole_file_text(out, "}");
    }
}

static void put_usage(struct whole_file *out, const struct json_piece *line, const char *input,
                      const char *output) {
    struct json_piece usage = {NULL, 0};
    (void)json_scan_find(line, "usage", &usage);
    whole_file_text(out, ",\"usage\":{\"");
    whole_file_text(out, input);
    whole_file_text(out, "\":");
    put_member(out, &usage, "input_tokens", "0");
    whole_file_text(out, ",\"");
    whole_file_text(out, output);
    whole_file_text(out, "\":");
    put_member(out, &usage, "output_tokens", "0");
    whole_file_text(out, ",\"total_tokens\":");
    put_member(out, &usage, "total_tokens", "0");
    put_detail(out, &usage, input, "cached_tokens", "cached_tokens");
    put_detail(out, &usage, output, "reasoning_tokens", "reasoning_tokens");
    whole_file_text(out, "}}");
}

// A text, also where the output holds it as JSON.
static void put_text(struct whole_file *out, const struct json_piece *line) {
    struct json_piece value;
    if (json_scan_find(line, "response_text", &value) && value.text[0] == '"') {
        whole_file_put(out, value.text, value.length);
    } else if (json_scan_find(line, "response_json", &value)) {
        whole_file_json(out, value.text, value.length);
    } else {
        whole_file_text(out, "\"\"");
    }
}

static void put_chat(struct whole_file *out, const struct json_piece *line) {
    whole_file_text(out, "{\"id\":");
    put_member(out, line, "response_id", "\"\"");
    whole_file_text(out, ",\"object\":\"chat.completion\",\"created\":");
    put_created(out, line);
    whole_file_text(out, ",\"model\":");
    put_member(out, line, "model", "\"\"");
    whole_file_text(out, ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":");
    put_text(out, line);
    whole_file_text(out, ",\"refusal\":null},\"logprobs\":null,\"finish_reason\":");
    whole_file_text(out, was_cut(line) ? "\"length\"" : "\"stop\"");
    whole_file_text(out, "}]");
    put_usage(out, line, "prompt_tokens", "completion_tokens");
}

static void put_response(struct whole_file *out, const struct json_piece *line) {
    bool cut = was_cut(line);
    const char *status = cut ? "\"incomplete\"" : "\"completed\"";
    whole_file_text(out, "{\"id\":");
    put_member(out, line, "response_id", "\"\"");
    whole_file_text(out, ",\"object\":\"response\",\"created_at\":");
    put_created(out, line);
    whole_file_text(out, ",\"status\":");
    whole_file_text(out, status);
    whole_file_text(out, ",\"error\":null,\"incomplete_details\":");
    whole_file_text(out, cut ? "{\"reason\":\"max_output_tokens\"}" : "null");
    whole_file_text(out, ",\"model\":");
    put_member(out, line, "model", "\"\"");
    whole_file_text(out, ",\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"status\":");
    whole_file_text(out, status);
    whole_file_text(out, ",\"content\":[{\"type\":\"output_text\",\"text\":");
    put_text(out, line);
    whole_file_text(out, ",\"annotations\":[]}]}]");
    put_usage(out, line, "input_tokens", "output_tokens");
}

static void put_head(struct batch *batch, struct whole_file *out, const struct export_row *row) {
    char id[40];
    (void)snprintf(id, sizeof(id), "{\"id\":\"batch_req_%" PRIu64 "\"", ++batch->number);
    whole_file_text(out, id);
    whole_file_text(out, ",\"custom_id\":");
    whole_file_json(out, row->id.text, row->id.length);
}

// By its id, where nothing else tells.
static bool is_response(const struct json_piece *line) {
    struct json_piece id;
    return json_scan_find(line, "response_id", &id) && id.length > 6 && memcmp(id.text, "\"resp_", 6) == 0;
}

// A line that holds the response itself, as a run with such lines writes it. False: it does not.
static bool put_own(struct whole_file *out, const struct json_piece *line) {
    struct json_piece response;
    if (!json_scan_find(line, "response", &response) ||
        (response.text[0] != '{' && response.text[0] != 'n')) {
        return false;
    }
    whole_file_text(out, ",\"response\":");
    whole_file_put(out, response.text, response.length);
    whole_file_text(out, ",\"error\":");
    put_member(out, line, "error", "null");
    whole_file_text(out, "}\n");
    return true;
}

static void put_answer(struct batch *batch, const struct export_row *row) {
    const struct json_piece *line = &row->walk->object;
    struct whole_file *out = batch->answers;
    put_head(batch, out, row);
    if (put_own(out, line)) {
        return;
    }
    whole_file_text(out, ",\"response\":{\"status_code\":200,\"request_id\":");
    put_member(out, line, "request_id", "\"\"");
    whole_file_text(out, ",\"body\":");
    struct json_piece body;
    if (opaque_body_find(line, &batch->room, &body)) {
        whole_file_put(out, body.text, body.length);
    } else if (batch->responses || is_response(line)) {
        put_response(out, line);
    } else {
        put_chat(out, line);
    }
    whole_file_text(out, "},\"error\":null}\n");
}

// With an answer of the API, its status and its words; else that none came.
static void put_failure(struct batch *batch, const struct export_row *row) {
    const struct json_piece *line = &row->walk->object;
    struct whole_file *out = batch->errors;
    struct json_piece status = {"0", 1};
    bool answered = json_scan_find(line, "status", &status) && status.text[0] >= '1' && status.text[0] <= '9';
    put_head(batch, out, row);
    if (put_own(out, line)) {
        return;
    }
    if (answered) {
        whole_file_text(out, ",\"response\":{\"status_code\":");
        whole_file_put(out, status.text, status.length);
        whole_file_text(out, ",\"request_id\":");
        put_member(out, line, "request_id", "\"\"");
        whole_file_text(out, ",\"body\":{\"error\":{\"message\":");
        put_member(out, line, "message", "\"\"");
        whole_file_text(out, ",\"type\":");
        put_member(out, line, "class", "\"\"");
        whole_file_text(out, ",\"param\":null,\"code\":");
        put_member(out, line, "code", "null");
        whole_file_text(out, "}}},\"error\":null}\n");
        return;
    }
    whole_file_text(out, ",\"response\":null,\"error\":{\"code\":");
    put_member(out, line, "class", "\"\"");
    whole_file_text(out, ",\"message\":");
    put_member(out, line, "message", "\"\"");
    whole_file_text(out, "}}\n");
}

static int fail(const struct batch *batch, const char **why) {
    int error = batch->room.failed ? ENOMEM : whole_file_error(batch->errors);
    error = error != 0 ? error : whole_file_error(batch->answers);
    *why = strerror(error);
    return error != 0 ? -1 : 0;
}

static int batch_row(void *writer, const struct export_row *row, const char **why) {
    struct batch *batch = writer;
    if (row->state == EXPORT_DONE) {
        put_answer(batch, row);
    } else if (row->state == EXPORT_FAILED) {
        put_failure(batch, row);
    }
    return fail(batch, why);
}

// The errors first: who waits for the output finds both.
static int batch_commit(void *writer, const char **why) {
    struct batch *batch = writer;
    if (whole_file_commit(batch->errors) == 0) {
        (void)whole_file_commit(batch->answers);
    }
    return fail(batch, why);
}

const struct export_writer export_batch_writer = {batch_open, batch_row, batch_commit, batch_free};
