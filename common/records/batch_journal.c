#include "ration/batch_journal.h"

#include "ration/json_scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUM_SIZE 17
static const char sum_key[] = ",\"sum\":\"";

static const char *const names[BATCH_STATES] = {
    [BATCH_WRITING] = "writing",   [BATCH_UPLOADED] = "uploaded", [BATCH_CREATING] = "creating",
    [BATCH_CREATED] = "created",   [BATCH_ENDED] = "ended",       [BATCH_RECORDED] = "recorded",
    [BATCH_GIVEN_UP] = "given_up",
};

const char *batch_journal_state(enum batch_state state) {
    return names[state];
}

bool batch_journal_open(enum batch_state state) {
    return state == BATCH_CREATING || state == BATCH_CREATED || state == BATCH_ENDED;
}

// FNV alone would let two rows that swap their texts pass now and then: its last bytes change few bits.
uint64_t batch_journal_mark(uint32_t artist, const char *text, size_t length) {
    uint64_t mark = digest_quick(text, length) + (artist + 1ULL) * 0x9e3779b97f4a7c15ULL;
    mark = (mark ^ mark >> 30) * 0xbf58476d1ce4e5b9ULL;
    mark = (mark ^ mark >> 27) * 0x94d049bb133111ebULL;
    return mark ^ mark >> 31;
}

// ---- a line ----

#define FIELDS_OF_TEXT(X) X(run) X(hash) X(session) X(api) X(file) X(batch) X(why) X(status)
#define FIELDS_OF_NUMBER(X) X(at) X(made) X(until) X(rows) X(bytes) X(tokens) X(reserve) X(done) X(failed)
#define FIELDS_OF_ROWS(X) X(proven) X(ids) X(requests) X(counted) X(uncounted)

// Against torn lines.
static void sum_of(const char *bytes, size_t length, char out[SUM_SIZE]) {
    (void)snprintf(out, SUM_SIZE, "%016" PRIx64, digest_quick(bytes, length));
}

static void add_text(struct text *out, const char *name, const char *value) {
    if (value[0] == '\0') {
        return;
    }
    text_add_string(out, ",\"");
    text_add_string(out, name);
    text_add_string(out, "\":\"");
    for (; *value != '\0'; value++) {
        bool plain = *value >= ' ' && *value <= '~' && *value != '"' && *value != '\\';
        text_add(out, plain ? value : "?", 1);
    }
    text_add(out, "\"", 1);
}

static void add_number(struct text *out, const char *name, uint64_t value) {
    text_add_string(out, ",\"");
    text_add_string(out, name);
    text_add_string(out, "\":");
    text_add_u64(out, value);
}

void batch_journal_encode(const struct batch_record *record, const struct batch_rows *rows,
                          struct text *out) {
    char sum[SUM_SIZE];
    text_add(out, "\n", 1);
    size_t start = out->length;
    text_add_string(out, "{\"v\":");
    text_add_u64(out, BATCH_JOURNAL_VERSION);
    add_number(out, "part", record->number);
    add_text(out, "state", names[record->state]);
#define ADD(member) add_text(out, #member, record->member);
    FIELDS_OF_TEXT(ADD)
#undef ADD
#define ADD(member) add_number(out, #member, record->member);
    FIELDS_OF_NUMBER(ADD)
    FIELDS_OF_ROWS(ADD)
#undef ADD
    if (rows != NULL) {
        text_add_string(out, ",\"artists\":\"");
        batch_rows_text(rows, out);
        text_add(out, "\"", 1);
    }
    if (!out->failed) {
        sum_of(out->bytes + start, out->length - start, sum);
        text_add_string(out, sum_key);
        text_add_string(out, sum);
        text_add_string(out, "\"}\n");
    }
}

static bool text_of(const struct json_piece *object, const char *name, char *out, size_t size) {
    struct json_piece value;
    out[0] = '\0';
    if (!json_scan_find(object, name, &value)) {
        return true;
    }
    if (value.length < 2 || value.text[0] != '"' || value.length - 2 >= size) {
        return false;
    }
    memcpy(out, value.text + 1, value.length - 2);
    out[value.length - 2] = '\0';
    return true;
}

static bool number_of(const struct json_piece *object, const char *name, uint64_t most, uint64_t *out) {
    struct json_piece value;
    char digits[24], *end;
    *out = 0;
    if (!json_scan_find(object, name, &value)) {
        return true;
    }
    if (value.length >= sizeof(digits) || value.text[0] == '-') {
        return false;
    }
    memcpy(digits, value.text, value.length);
    digits[value.length] = '\0';
    *out = strtoull(digits, &end, 10);
    return *end == '\0' && *out <= most;
}

static bool state_of(const struct json_piece *object, enum batch_state *state) {
    char name[16];
    if (!text_of(object, "state", name, sizeof(name))) {
        return false;
    }
    for (int i = 0; i < BATCH_STATES; i++) {
        if (strcmp(name, names[i]) == 0) {
            *state = (enum batch_state)i;
            return true;
        }
    }
    return false;
}

static bool fill(const struct json_piece *object, struct batch_record *record) {
    uint64_t number, rows = 0;
    bool good =
        number_of(object, "part", UINT32_MAX, &number) && number > 0 && state_of(object, &record->state);
    record->number = (uint32_t)number;
#define GET(member) good = good && text_of(object, #member, record->member, sizeof(record->member));
    FIELDS_OF_TEXT(GET)
#undef GET
    good = good && number_of(object, "rows", UINT32_MAX, &rows) &&
           number_of(object, "at", UINT64_MAX, &record->at) &&
           number_of(object, "made", UINT64_MAX, &record->made) &&
           number_of(object, "until", UINT64_MAX, &record->until) &&
           number_of(object, "bytes", UINT64_MAX, &record->bytes) &&
           number_of(object, "tokens", UINT64_MAX, &record->tokens) &&
           number_of(object, "reserve", UINT64_MAX, &record->reserve) &&
           number_of(object, "done", UINT64_MAX, &record->done) &&
           number_of(object, "failed", UINT64_MAX, &record->failed) &&
           number_of(object, "proven", 1, &record->proven) &&
           number_of(object, "ids", UINT64_MAX, &record->ids) &&
           number_of(object, "requests", UINT64_MAX, &record->requests) &&
           number_of(object, "counted", UINT32_MAX, &record->counted) &&
           number_of(object, "uncounted", UINT32_MAX, &record->uncounted);
    record->rows = (uint32_t)rows;
    return good && record->run[0] != '\0';
}

// Whether its sum is right: it is whole.
static bool is_whole(const char *line, size_t length) {
    const size_t tail = sizeof(sum_key) - 1 + SUM_SIZE - 1 + 2;
    char sum[SUM_SIZE];
    if (length <= tail || memcmp(line + length - tail, sum_key, sizeof(sum_key) - 1) != 0) {
        return false;
    }
    sum_of(line, length - tail, sum);
    return memcmp(line + length - tail + sizeof(sum_key) - 1, sum, SUM_SIZE - 1) == 0;
}

// ---- all lines ----

static struct batch_known *find(struct batch_parts *parts, const struct batch_record *record) {
    for (size_t i = parts->count; i-- > 0;) {
        struct batch_known *known = &parts->part[i];
        if (known->record.number == record->number && strcmp(known->record.run, record->run) == 0) {
            return known;
        }
    }
    if (parts->count == parts->capacity) {
        size_t capacity = parts->capacity * 2 + 16;
        struct batch_known *grown = realloc(parts->part, capacity * sizeof(*grown));
        if (grown == NULL) {
            return NULL;
        }
        parts->part = grown;
        parts->capacity = capacity;
    }
    parts->part[parts->count] = (struct batch_known){0};
    return &parts->part[parts->count++];
}

static enum batch_journal_end take_record(const char *line, size_t length, struct json_piece *object,
                                          struct batch_record *record) {
    uint64_t version;
    *record = (struct batch_record){0};
    if (!is_whole(line, length) || !json_scan_whole(line, length, object) ||
        !number_of(object, "v", UINT64_MAX, &version)) {
        return BATCH_JOURNAL_TORN;
    }
    return version == BATCH_JOURNAL_VERSION && fill(object, record) ? BATCH_JOURNAL_READ
                                                                    : BATCH_JOURNAL_NEWER;
}

enum batch_journal_end batch_journal_line(const char *line, size_t length, struct batch_record *record) {
    struct json_piece object;
    return take_record(line, length, &object, record);
}

static enum batch_journal_end take(const char *line, size_t length, struct batch_parts *parts) {
    struct batch_record record;
    struct json_piece object, artists;
    struct batch_rows rows = {0};
    enum batch_journal_end end = take_record(line, length, &object, &record);
    if (end != BATCH_JOURNAL_READ) {
        parts->torn += end == BATCH_JOURNAL_TORN;
        return end == BATCH_JOURNAL_TORN ? BATCH_JOURNAL_READ : end;
    }
    bool has_rows = json_scan_find(&object, "artists", &artists) && artists.length >= 2;
    if (has_rows && !batch_rows_parse(artists.text + 1, artists.length - 2, &rows)) {
        return errno == ENOMEM ? BATCH_JOURNAL_STARVED : BATCH_JOURNAL_NEWER;
    }
    struct batch_known *known = find(parts, &record);
    if (known == NULL) {
        batch_rows_free(&rows);
        return BATCH_JOURNAL_STARVED;
    }
    known->record = record;
    if (has_rows) {
        batch_rows_free(&known->rows);
        known->rows = rows;
    }
    return BATCH_JOURNAL_READ;
}

enum batch_journal_end batch_journal_read(const char *bytes, size_t length, struct batch_parts *parts) {
    enum batch_journal_end end = BATCH_JOURNAL_READ;
    *parts = (struct batch_parts){0};
    for (size_t at = 0; at < length && end == BATCH_JOURNAL_READ;) {
        const char *stop = memchr(bytes + at, '\n', length - at);
        size_t size = stop != NULL ? (size_t)(stop - (bytes + at)) : length - at;
        if (size > 0) {
            end = take(bytes + at, size, parts);
        }
        at += size + 1;
    }
    return end;
}

void batch_journal_free(struct batch_parts *parts) {
    for (size_t i = 0; i < parts->count; i++) {
        batch_rows_free(&parts->part[i].rows);
    }
    free(parts->part);
    *parts = (struct batch_parts){0};
}
