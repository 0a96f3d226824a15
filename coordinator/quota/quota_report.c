#include "quota/quota_report.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdio.h>

#define LINES_MOST 10U // of one kind in one call: a short interval must not flood the log

void quota_report_initialized(bool monitoring, uint64_t limit, uint64_t share) {
    char text[32] = "none";
    if (limit > 0) {
        (void)snprintf(text, sizeof(text), "%" PRIu64, limit);
    }
    if (monitoring) {
        log_info("quota", "QuotaMonitor initialized: daily_limit=%s, threshold=%g", text,
                 (double)share / QUOTA_POLICY_WHOLE);
    } else if (limit > 0) {
        log_info("quota", "quota monitoring is off: only the hard limit counts, daily_limit=%s", text);
    }
}

void quota_report_paused(uint64_t used, uint64_t limit, uint64_t until, const char *note) {
    char time[CLOCK_RFC3339_SIZE];
    clock_rfc3339(until, time);
    if (limit > 0) {
        log_warn("quota", "PAUSED: Daily quota %.1f%% used (limit: %" PRIu64 ") - Will resume at %s%s",
                 100.0 * (double)used / (double)limit, limit, time, note);
    } else {
        log_warn("quota", "PAUSED: Daily quota of tokens used - Will resume at %s%s", time, note);
    }
}

void quota_report_renewed(enum quota_policy_reason reason, bool was_paused, uint64_t period, uint64_t limit,
                          uint64_t allowed) {
    static const char *const reasons[] = {
        [QUOTA_POLICY_BY_RESET] = "the provider's day has ended",
        [QUOTA_POLICY_BY_TIME] = "a day is over",
        [QUOTA_POLICY_BY_COMMAND] = "by command",
    };
    log_info("quota",
             "%s%s; period %" PRIu64 " of the daily quota begins (%" PRIu64 " of %" PRIu64
             " requests allowed)",
             was_paused ? "RESUMED: " : "",
             was_paused && reason == QUOTA_POLICY_BY_TIME ? "the pause is over" : reasons[reason], period,
             allowed, limit);
}

void quota_report_begin(struct quota_report *report, uint64_t used, uint64_t limit) {
    const struct alerts_thresholds *thresholds = &report->thresholds;
    report->limit = limit;
    report->used = used;
    report->marks = 0;
    while (report->marks < thresholds->count && limit > 0 &&
           quota_policy_mark(limit, thresholds->percent[report->marks]) <= used) {
        report->marks++;
    }
}

static void tell_metrics(uint64_t used, uint64_t limit) {
    if (limit > 0) {
        log_info("quota", "Quota metrics: %" PRIu64 " requests used today (%.1f%% of daily limit)", used,
                 100.0 * (double)used / (double)limit);
    } else {
        log_info("quota", "Quota metrics: %" PRIu64 " requests used today (no daily limit is known)", used);
    }
}

// A limit was heard of: what was reached before is told once.
static void catch_up(struct quota_report *report, uint64_t used, uint64_t limit) {
    quota_report_begin(report, used, limit);
    uint64_t whole = used / report->interval * report->interval;
    report->used = whole > 0 ? whole - 1 : 0;
    report->marks -= report->marks > 0;
}

void quota_report_use(struct quota_report *report, uint64_t used, uint64_t limit) {
    const struct alerts_thresholds *thresholds = &report->thresholds;
    if (used < report->used && report->used - used <= limit / 10 + 1) {
        return; // some came back
    }
    if (used < report->used) {
        quota_report_begin(report, used, limit); // the provider counts anew
    } else if (limit != report->limit) {
        catch_up(report, used, limit);
    }
    // Between two looks several may have been passed: each is told as it was when it was.
    uint64_t passed = used / report->interval - report->used / report->interval;
    for (uint64_t i = passed < LINES_MOST ? passed : LINES_MOST; i > 0; i--) {
        tell_metrics((used / report->interval - i + 1) * report->interval, limit);
    }
    report->used = used;
    while (limit > 0 && report->marks < thresholds->count) {
        uint32_t percent = thresholds->percent[report->marks];
        uint64_t mark = quota_policy_mark(limit, percent);
        if (used < mark) {
            break;
        }
        log_warn("quota", "Quota usage at %u%% (%" PRIu64 "/%" PRIu64 " requests)", percent, mark, limit);
        report->marks++;
    }
}

void quota_report_status(struct quota_report *report, const struct quota_provider *provider,
                         uint64_t requests) {
    char text[QUOTA_PROVIDER_TEXT];
    if ((report->heard && requests / report->interval == report->parsed / report->interval) ||
        !quota_provider_print(provider, text)) {
        return;
    }
    log_info("quota", "Parsed quota status: %s", text);
    report->heard = true;
    report->parsed = requests;
}
