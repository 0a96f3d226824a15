#include "tell_limits.h"

#include "limits/limit_headers.h"
#include "line.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LONG_REST (600 * CLOCK_SECOND)
#define OVERRIDE "--ignore-limit-headers (RATION_IGNORE_LIMIT_HEADERS=yes) leaves such headers alone"

// Behind the kinds of limit_odd_kind, for ledger_remark().
enum { UNREADABLE_WAIT = LIMIT_ODDS, ENDLESS_WAIT };

#define VALUE_SIZE 48
#define VALUE_MOST \
    24U // longer than any number, and shorter than a key, of which a part would not be recognised

// A header's value for people. A server may send the key back there, too.
static const char *shown(const struct worker *worker, const struct artist *artist, const char *value,
                         char out[VALUE_SIZE]) {
    if (strlen(value) > VALUE_MOST) {
        return "something long";
    }
    line_scrub(value, &worker->keys[artist->booking.session], out, VALUE_SIZE);
    return out;
}

// "x-ratelimit-limit-requests"
static const char *header_of(const struct artist *artist, const struct ledger_lowered *lowered,
                             char out[LIMIT_DIALECTS_NAME]) {
    struct limit_report report;
    limit_headers_report(&artist->limits, clock_wall(), &report);
    for (uint32_t i = 0; i < report.count; i++) {
        if (report.entry[i].limit == lowered->limit) {
            return limit_dialects_name(report.entry[i].row, LIMIT_PART_LIMIT, out);
        }
    }
    return "a header";
}

void tell_limits_lowered(struct worker *worker, const struct artist *artist) {
    const struct ledger_lowered *lowered = &artist->lowered;
    char header[LIMIT_DIALECTS_NAME], name[48], before[48] = "none was known";
    uint64_t silent;
    char more[NOTICE_MORE_SIZE];
    if (lowered->unit == DIMENSION_NONE || !notice_due(&worker->lowered, clock_now(), &silent)) {
        return;
    }
    if (lowered->before != 0) {
        (void)snprintf(before, sizeof(before), "%" PRIu64 " held before", lowered->before);
    }
    dimension_name(lowered->unit, lowered->window, name);
    log_warn("quota",
             "session %s: the API says %s: %" PRIu64 ", a limit of %" PRIu64
             " %s, where %s; the run keeps to it. "
             "If that is a mistake, stop, and --resume with --ignore-limit-headers%s",
             ledger_name(worker->arena, artist->booking.session), header_of(artist, lowered, header),
             lowered->limit, lowered->limit, name, before, notice_more(silent, more));
}

void tell_limits_odd(struct worker *worker, const struct artist *artist, const struct limit_report *report) {
    static const char *const why[LIMIT_ODDS] = {
        [LIMIT_ODD_UNREADABLE] = "which cannot be read",
        [LIMIT_ODD_ZERO] = "a limit of nothing",
        [LIMIT_ODD_ABOVE] = "more than the limit that it tells",
        [LIMIT_ODD_YEARS] = "more than a year away",
    };
    const struct limit_odd *odd = &report->odd;
    uint32_t session = artist->booking.session;
    if (odd->kind == LIMIT_ODD_NONE || !ledger_remark(worker->arena, session, odd->kind)) {
        return;
    }
    char header[LIMIT_DIALECTS_NAME], value[VALUE_SIZE], scrubbed[VALUE_SIZE], span[CLOCK_SPAN_SIZE];
    if (odd->kind == LIMIT_ODD_YEARS) {
        (void)snprintf(value, sizeof(value), "in %s",
                       clock_span((double)odd->number / (double)CLOCK_SECOND, span));
    } else if (odd->value[0] != '\0') {
        (void)snprintf(value, sizeof(value), "%s", shown(worker, artist, odd->value, scrubbed));
    } else {
        (void)snprintf(value, sizeof(value), "%" PRIu64, odd->number);
    }
    log_warn("quota", "session %s: the API says %s: %s, %s; it is not heeded. " OVERRIDE,
             ledger_name(worker->arena, session), limit_dialects_name(odd->row, odd->part, header), value,
             why[odd->kind]);
}

void tell_limits_wait(struct worker *worker, const struct artist *artist,
                      const struct response_headers *headers, const struct retry_after *told) {
    uint32_t session = artist->booking.session;
    char scrubbed[VALUE_SIZE];
    const char *what =
        shown(worker, artist,
              headers->retry_after[0] != '\0' ? headers->retry_after : headers->retry_after_ms, scrubbed);
    const char *name = headers->retry_after[0] != '\0' ? "Retry-After" : "retry-after-ms";
    if (told->unreadable && ledger_remark(worker->arena, session, UNREADABLE_WAIT)) {
        log_warn("quota",
                 "session %s: the API says %s: %s, which is no wait; what is no wait in it is not heeded",
                 ledger_name(worker->arena, session), name, what);
    }
    if (told->asked > RETRY_AFTER_LONGEST && ledger_remark(worker->arena, session, ENDLESS_WAIT)) {
        char span[CLOCK_SPAN_SIZE];
        log_warn("quota", "session %s: the API says %s: %s, a wait of %s; it is cut to a day",
                 ledger_name(worker->arena, session), name, what,
                 clock_span((double)told->asked / (double)CLOCK_SECOND, span));
    }
}

// What a person has to do, and what need not be done.
static void tell_spent(const struct worker *worker, const struct artist *artist, const char *until,
                       const char *span) {
    log_warn("quota",
             "session %s is parked: a spend limit is reached, or its credit is used up; no artist is failed "
             "for it. "
             "Raise the limit or add credit: it is tried again at %s, in %s, or at once by ration resume",
             ledger_name(worker->arena, artist->booking.session), until, span);
}

void tell_limits_rest(struct worker *worker, const struct artist *artist,
                      const struct retry_policy_decision *decision) {
    char until[CLOCK_RFC3339_SIZE], span[CLOCK_SPAN_SIZE];
    bool spent = decision->hold == LEDGER_PARK;
    if (!decision->holds || decision->hold == LEDGER_DISABLE || (decision->hold_wait < LONG_REST && !spent) ||
        !ledger_valid(worker->arena, &artist->booking)) {
        return;
    }
    clock_rfc3339(clock_wall() + decision->hold_wait, until);
    (void)clock_span((double)decision->hold_wait / (double)CLOCK_SECOND, span);
    if (spent) {
        tell_spent(worker, artist, until, span);
        return;
    }
    log_warn("quota", "session %s rests until %s, for %s; ration resume lets it try at once",
             ledger_name(worker->arena, artist->booking.session), until, span);
}
