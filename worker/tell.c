#include "tell.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"

#include <inttypes.h>
#include <string.h>

#define PROCESSED_EACH 100U // of a worker's answers are told one by one
#define FIELDS_MOST 12

struct fields {
    size_t count;
    struct log_field field[FIELDS_MOST];
    char id[RECORD_READER_MAX_ID + 1];
};

static void add_number(struct fields *fields, const char *name, uint64_t number) {
    fields->field[fields->count++] = (struct log_field){.name = name, .number = number};
}

static void add_text(struct fields *fields, const char *name, const char *text) {
    fields->field[fields->count++] = (struct log_field){.name = name, .text = text};
}

// What all these lines have: whose attempt it was, on which session, and what came of it. `status` 0: none
// came.
static void begin(struct fields *fields, const struct worker *worker, const struct artist *artist,
                  const char *class, long status) {
    size_t length = artist->id.length < RECORD_READER_MAX_ID ? artist->id.length : RECORD_READER_MAX_ID;
    memcpy(fields->id, artist->id.bytes, length);
    fields->id[length] = '\0';
    fields->count = 0;
    add_text(fields, "artist_id", fields->id);
    add_text(fields, "session", ledger_name(worker->arena, artist->booking.session));
    add_text(fields, "class", class);
    if (status > 0) {
        add_number(fields, "status", (uint64_t)status);
    }
    add_number(fields, "attempts", (uint64_t)artist->counted + artist->overloads);
    add_number(fields, "latency_ms", artist->latency_ms);
}

void tell_fault(struct worker *worker, const struct artist *artist, const struct tell_fault *fault,
                const struct retry_policy_decision *decision, uint64_t now) {
    uint64_t silent;
    char more[NOTICE_MORE_SIZE], span[CLOCK_SPAN_SIZE];
    if (!notice_due(&worker->notice[fault->kind], now, &silent)) {
        return;
    }
    uint64_t wait = decision->holds ? decision->hold_wait : decision->wait;
    struct fields fields;
    begin(&fields, worker, artist, outcome_name(fault->kind), fault->status);
    if (fault->code[0] != '\0') {
        add_text(&fields, "code", fault->code);
    }
    add_number(&fields, "wait_ms", wait / CLOCK_MS);
    add_number(&fields, "silent", silent);
    const struct log_event event = {.level = decision->holds ? LOG_LEVEL_WARN : LOG_LEVEL_INFO,
                                    .category = decision->holds ? "quota" : "request",
                                    .fields = fields.count,
                                    .field = fields.field};
    // Without a wait of its own: a breaker, or others, say when it is tried again.
    log_event(&event, "%s: status %ld%s%s, %s%s%s%s", outcome_name(fault->kind), fault->status,
              fault->code[0] != '\0' ? " " : "", fault->code, fault->message, wait > 0 ? "; waits " : "",
              wait > 0 ? clock_span((double)wait / (double)CLOCK_SECOND, span) : "",
              notice_more(silent, more));
}

// Tells people of one now and then, the file of each.
static struct log_event failure(struct worker *worker, const struct fields *fields, uint64_t now,
                                char more[NOTICE_MORE_SIZE]) {
    uint64_t silent = 0;
    bool people = notice_due(&worker->failed, now, &silent);
    return (struct log_event){.level = LOG_LEVEL_WARN,
                              .category = "request",
                              .file_only = !people,
                              .more = notice_more(silent, more),
                              .fields = fields->count,
                              .field = fields->field};
}

void tell_failed(struct worker *worker, const struct artist *artist, const struct tell_fault *fault,
                 const char *class, uint64_t now) {
    char more[NOTICE_MORE_SIZE];
    struct fields fields;
    begin(&fields, worker, artist, class, fault->status);
    if (fault->code[0] != '\0') {
        add_text(&fields, "code", fault->code);
    }
    const struct log_event event = failure(worker, &fields, now, more);
    log_event(&event, "artist %s failed: %s, status %ld, %s", fields.id, class, fault->status,
              fault->message);
}

void tell_blamed(struct worker *worker, const struct artist *artist, bool unproven, uint64_t now) {
    char more[NOTICE_MORE_SIZE];
    struct fields fields;
    const char *class = outcome_name(artist->class);
    begin(&fields, worker, artist, class, artist->status);
    add_number(&fields, "refusals", artist->refusals);
    const struct log_event event = failure(worker, &fields, now, more);
    log_event(&event, "artist %s failed: %s, %u refusal%s, and %s: %.*s", fields.id, class, artist->refusals,
              artist->refusals == 1 ? "" : "s",
              unproven ? "nobody is left to compare it with" : "others are answered",
              (int)artist->said.length, artist->said.bytes);
}

void tell_processed(struct worker *worker, const struct artist *artist, uint64_t now) {
    uint64_t silent = 0;
    char more[NOTICE_MORE_SIZE];
    bool each = worker->settings->log_debug || worker->processed_told < PROCESSED_EACH;
    bool people = each || notice_due(&worker->processed, now, &silent);
    struct fields fields;
    worker->processed_told += each;
    begin(&fields, worker, artist, outcome_name(OUTCOME_DONE), 0);
    add_number(&fields, "input_tokens", artist->usage.tokens.input);
    add_number(&fields, "output_tokens", artist->usage.tokens.output);
    add_number(&fields, "number", artist->number);
    add_number(&fields, "artists", arena_artists(worker->arena));
    const struct log_event event = {.level = LOG_LEVEL_INFO,
                                    .category = "request",
                                    .file_only = worker->settings->log_clear_line || !people,
                                    .more = notice_more(silent, more),
                                    .fields = fields.count,
                                    .field = fields.field};
    bool named = artist->name.length > 0; // a table may have no column of names
    log_event(&event, "Processed artist %u/%u: \"%.*s\"", artist->number, arena_artists(worker->arena),
              named ? (int)artist->name.length : (int)strlen(fields.id),
              named ? artist->name.bytes : fields.id);
}

void tell_attempt(struct worker *worker, const struct artist *artist, enum outcome_class kind, long status) {
    struct fields fields;
    if (!worker->settings->log_debug) {
        return;
    }
    begin(&fields, worker, artist, outcome_name(kind), status);
    const struct log_event event = {
        .level = LOG_LEVEL_DEBUG, .category = "request", .fields = fields.count, .field = fields.field};
    log_event(&event, "artist %s: %s, status %ld, %" PRIu64 " ms", fields.id, outcome_name(kind), status,
              artist->latency_ms);
}

void tell_untold(struct worker *worker) {
    if (ledger_count_untold(worker->arena) == 0) {
        log_warn("quota", "the API does not tell all tokens of its answers: "
                          "a token is taken for each four bytes of text, and the input as estimated; "
                          "limits, cost and --max-cost go by that (usage.estimated in the output)");
    }
}
