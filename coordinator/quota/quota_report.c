#include "quota/quota_report.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdio.h>

#define FIELDS(field) .fields = sizeof(field) / sizeof((field)[0]), .field = (field)

static bool may_be_told(struct quota_report_cadence *cadence, uint64_t now) {
    bool first = cadence->told < QUOTA_REPORT_FIRST;
    if (!first && now < cadence->next) {
        return false;
    }
    cadence->told += first;
    cadence->next = now + CLOCK_MINUTE;
    return true;
}

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
    const struct log_field field[] = {{.name = "event", .text = "paused"},
                                      {.name = "used", .number = used},
                                      {.name = "limit", .number = limit},
                                      {.name = "until", .text = time}};
    const struct log_event event = {.level = LOG_LEVEL_WARN, .category = "quota", FIELDS(field)};
    if (limit > 0) {
        log_event(&event, "PAUSED: Daily quota %.1f%% used (limit: %" PRIu64 ") - Will resume at %s%s",
                  100.0 * (double)used / (double)limit, limit, time, note);
    } else {
        log_event(&event, "PAUSED: Daily quota of tokens used - Will resume at %s%s", time, note);
    }
}

void quota_report_clock(int64_t moved, const char *when, uint64_t paused_until) {
    char time[CLOCK_RFC3339_SIZE];
    clock_rfc3339(paused_until, time);
    uint64_t seconds = (uint64_t)(moved < 0 ? -moved : moved) / CLOCK_SECOND;
    log_warn("quota",
             "the clock was put %s by %" PRIu64
             " s %s; the daily quota goes by the time that has passed, not by the clock%s%s",
             moved < 0 ? "back" : "forward", seconds, when, paused_until != 0 ? ": paused until " : "",
             paused_until != 0 ? time : "");
}

void quota_report_renewed(enum quota_policy_reason reason, bool was_paused, uint64_t period, uint64_t limit,
                          uint64_t allowed) {
    static const char *const reasons[] = {
        [QUOTA_POLICY_BY_RESET] = "the provider's day has ended",
        [QUOTA_POLICY_BY_TIME] = "a day is over",
        [QUOTA_POLICY_BY_COMMAND] = "by command",
    };
    const struct log_field field[] = {{.name = "event", .text = was_paused ? "resumed" : "renewed"},
                                      {.name = "limit", .number = limit},
                                      {.name = "allowed", .number = allowed},
                                      {.name = "period", .number = period}};
    const struct log_event event = {.level = LOG_LEVEL_INFO, .category = "quota", FIELDS(field)};
    log_event(&event,
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
    const struct log_field field[] = {{.name = "event", .text = "metrics"},
                                      {.name = "used", .number = used},
                                      {.name = "limit", .number = limit}};
    const struct log_event event = {
        .level = LOG_LEVEL_INFO, .category = "quota", .fields = limit > 0 ? 3 : 2, .field = field};
    if (limit > 0) {
        log_event(&event, "Quota metrics: %" PRIu64 " requests used today (%.1f%% of daily limit)", used,
                  100.0 * (double)used / (double)limit);
    } else {
        log_event(&event, "Quota metrics: %" PRIu64 " requests used today (no daily limit is known)", used);
    }
}

static void tell_threshold(uint32_t percent, uint64_t mark, uint64_t limit) {
    const struct log_field field[] = {{.name = "event", .text = "threshold"},
                                      {.name = "used", .number = mark},
                                      {.name = "limit", .number = limit},
                                      {.name = "threshold", .number = percent}};
    const struct log_event event = {.level = LOG_LEVEL_WARN, .category = "quota", FIELDS(field)};
    log_event(&event, "Quota usage at %u%% (%" PRIu64 "/%" PRIu64 " requests)", percent, mark, limit);
}

// A limit was heard of: what was reached before is told once.
static void catch_up(struct quota_report *report, uint64_t used, uint64_t limit) {
    quota_report_begin(report, used, limit);
    uint64_t whole = used / report->interval * report->interval;
    report->used = whole > 0 ? whole - 1 : 0;
    report->marks -= report->marks > 0;
}

// Between two looks several intervals may have been passed: each is told as it was when it was, while lines
// may be told; then the last one, now and then.
static void tell_passed(struct quota_report *report, uint64_t used, uint64_t limit, uint64_t now) {
    uint64_t passed = used / report->interval - report->used / report->interval;
    uint64_t whole = used / report->interval * report->interval;
    for (uint64_t i = passed < QUOTA_REPORT_FIRST ? passed : QUOTA_REPORT_FIRST; i > 0; i--) {
        bool each = report->metrics.told < QUOTA_REPORT_FIRST;
        if (may_be_told(&report->metrics, now)) {
            tell_metrics(each ? whole - (i - 1) * report->interval : whole, limit);
        }
    }
}

void quota_report_use(struct quota_report *report, uint64_t used, uint64_t limit, uint64_t now) {
    const struct alerts_thresholds *thresholds = &report->thresholds;
    if (used < report->used && report->used - used <= limit / 10 + 1) {
        return; // some came back
    }
    if (used < report->used) {
        quota_report_begin(report, used, limit); // the provider counts anew
    } else if (limit != report->limit) {
        catch_up(report, used, limit);
    }
    tell_passed(report, used, limit, now);
    report->used = used;
    while (limit > 0 && report->marks < thresholds->count) {
        uint32_t percent = thresholds->percent[report->marks];
        uint64_t mark = quota_policy_mark(limit, percent);
        if (used < mark) {
            break;
        }
        tell_threshold(percent, mark, limit);
        report->marks++;
    }
}

// Members of a limit that is known.
static size_t add_members(struct log_field *field, size_t count, const char *left_name,
                          const char *limit_name, uint64_t left, uint64_t limit) {
    if (limit > 0) {
        field[count++] = (struct log_field){.name = left_name, .number = left};
        field[count++] = (struct log_field){.name = limit_name, .number = limit};
    }
    return count;
}

void quota_report_status(struct quota_report *report, const struct quota_provider *provider,
                         uint64_t requests, uint64_t now) {
    char text[QUOTA_PROVIDER_TEXT];
    if ((report->heard && requests / report->interval == report->parsed / report->interval) ||
        !quota_provider_print(provider, text)) {
        return;
    }
    report->heard = true;
    report->parsed = requests;
    if (!may_be_told(&report->status, now)) {
        return;
    }
    struct log_field field[5] = {{.name = "event", .text = "status"}};
    size_t count = add_members(field, 1, "requests_left", "requests_limit", provider->requests,
                               provider->requests_limit);
    count =
        add_members(field, count, "tokens_left", "tokens_limit", provider->tokens, provider->tokens_limit);
    const struct log_event event = {
        .level = LOG_LEVEL_INFO, .category = "quota", .fields = count, .field = field};
    log_event(&event, "Parsed quota status: %s", text);
}
