#include "tier_fallback.h"

#include "exchange/flex_rule.h"
#include "ration/clock.h"
#include "ration/json_edit.h"
#include "ration/log.h"

#include <stdio.h>

// As a C string, without the NUL being of its length. NULL: there is none, or no memory.
static const char *ended(struct text *body) {
    size_t length = body->length;
    if (length == 0) {
        return NULL;
    }
    text_add(body, "", 1);
    body->length = length;
    return body->failed ? NULL : body->bytes;
}

bool tier_fallback_flex(const struct worker *worker, struct artist *artist) {
    uint32_t kind = worker->kinds.of[artist->booking.session];
    bool repaired = artist_body(artist, kind) == &artist->repaired;
    const char *body = ended(repaired ? &artist->repaired : &artist->body[kind]);
    return body != NULL && flex_rule_asks(body);
}

static void ask_usual(struct text *body, const char *usual) {
    const char *before = ended(body);
    struct text made = {0};
    char value[64];
    if (before == NULL || !flex_rule_asks(before)) {
        return;
    }
    if (usual != NULL) {
        (void)snprintf(value, sizeof(value), "\"%s\"", usual);
        json_edit_set(&made, before, "service_tier", value);
    } else {
        json_edit_remove(&made, before, "service_tier");
    }
    text_free(body);
    *body = made;
}

static void tell(struct worker *worker, const struct artist *artist, uint64_t now) {
    uint64_t silent = 0;
    char more[NOTICE_MORE_SIZE], span[CLOCK_SPAN_SIZE];
    double seconds = (double)(now - artist->full_since) / (double)CLOCK_SECOND;
    if (notice_due(&worker->fell_back, now, &silent)) {
        log_info("request", "artist %.*s: its tier had no capacity for %s; it is asked by the usual one%s",
                 (int)artist->id.length, artist->id.bytes, clock_span(seconds, span),
                 notice_more(silent, more));
    }
}

bool tier_fallback_make(struct worker *worker, struct artist *artist, uint64_t now) {
    bool failed = false;
    for (uint32_t session = 0; session < worker->settings->sessions; session++) {
        uint32_t kind = worker->kinds.of[session];
        const char *usual = provider_usual_tier(worker->provider[session]);
        ask_usual(&artist->body[kind], usual);
        failed = failed || artist->body[kind].failed;
        if (artist->repaired_kind == kind) {
            ask_usual(&artist->repaired, usual);
            failed = failed || artist->repaired.failed;
        }
    }
    tell(worker, artist, now);
    return !failed;
}
