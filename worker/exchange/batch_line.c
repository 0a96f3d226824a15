#include "exchange/batch_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BATCH_LINE_OPEN "{\"requests\":["
#define BATCH_LINE_CLOSE "]}"

// ---- the id of a row ----

void batch_line_id(const char *run, uint32_t artist, const char *id, size_t length, char out[BATCH_LINE_ID]) {
    (void)snprintf(out, BATCH_LINE_ID, "%.30s_%" PRIu32 "_%016" PRIx64, run, artist,
                   digest_quick(id, length));
}

bool batch_line_index(const char *text, size_t length, const char *run, uint32_t *artist) {
    size_t at = strnlen(run, 30);
    uint64_t number = 0;
    if (length <= at + 1 || length >= BATCH_LINE_ID || memcmp(text, run, at) != 0 || text[at] != '_') {
        return false;
    }
    size_t first = ++at;
    for (; at < length && text[at] >= '0' && text[at] <= '9' && number < UINT32_MAX; at++) {
        number = number * 10 + (uint64_t)(text[at] - '0');
    }
    *artist = (uint32_t)number;
    return at > first && number < UINT32_MAX && at < length && text[at] == '_';
}

// ---- what is said ----

void batch_line_row(struct text *out, const char *id, const char *path, const char *body, size_t length) {
    text_add_string(out, "{\"custom_id\":\"");
    text_add_string(out, id);
    if (path != NULL && path[0] != '\0') {
        text_add_string(out, "\",\"method\":\"POST\",\"url\":");
        text_add_json_string(out, path);
        text_add_string(out, ",\"body\":");
    } else {
        text_add_string(out, path != NULL ? "\",\"body\":" : "\",\"params\":");
    }
    size_t start = out->length;
    text_add(out, body, length);
    for (size_t i = start; !out->failed && i < out->length; i++) {
        if (out->bytes[i] == '\n' || out->bytes[i] == '\r') {
            out->bytes[i] = ' ';
        }
    }
    text_add_string(out, "}\n");
}

void batch_line_request(struct text *out, const char *id, const char *body, size_t length, bool first,
                        bool last) {
    text_add_string(out, first ? BATCH_LINE_OPEN : ",");
    batch_line_row(out, id, NULL, body, length);
    out->length -= out->length > 0; // the newline
    text_add_string(out, last ? BATCH_LINE_CLOSE : "");
}

uint64_t batch_line_requests(uint64_t lines) {
    // Each line's newline stands for the comma before it, but for the first.
    return lines - 1 + sizeof(BATCH_LINE_OPEN) - 1 + sizeof(BATCH_LINE_CLOSE) - 1;
}

static void add_pair(struct text *out, const char *name, const char *value) {
    text_add_json_string(out, name);
    text_add(out, ":", 1);
    text_add_json_string(out, value);
}

static void add_metadata(struct text *out, const struct batch_record *part) {
    char number[16];
    (void)snprintf(number, sizeof(number), "%" PRIu32, part->number);
    text_add_string(out, ",\"metadata\":{");
    add_pair(out, "ration_run", part->run);
    text_add(out, ",", 1);
    add_pair(out, "ration_part", number);
    text_add(out, ",", 1);
    add_pair(out, "ration_hash", part->hash);
    text_add(out, "}", 1);
}

void batch_line_create(struct text *out, const struct batch_record *part, const char *path,
                       const char *window, bool named) {
    text_add(out, "{", 1);
    add_pair(out, "input_file_id", part->file);
    text_add(out, ",", 1);
    add_pair(out, "endpoint", path);
    text_add(out, ",", 1);
    add_pair(out, "completion_window", window);
    if (named) {
        add_metadata(out, part);
    }
    text_add(out, "}", 1);
}

void batch_line_job(struct text *out, const struct batch_record *part, const char *path, const char *model,
                    uint32_t hours) {
    text_add_string(out, "{\"input_files\":[");
    text_add_json_string(out, part->file);
    text_add_string(out, "],");
    add_pair(out, "endpoint", path);
    text_add(out, ",", 1);
    add_pair(out, "model", model);
    add_metadata(out, part);
    text_add_string(out, ",\"timeout_hours\":");
    text_add_u64(out, hours);
    text_add(out, "}", 1);
}

void batch_line_file(const struct batch_record *part, char out[BATCH_LINE_FILE]) {
    (void)snprintf(out, BATCH_LINE_FILE, "ration-%.30s-%" PRIu32 "-%.32s.jsonl", part->run, part->number,
                   part->hash);
}
