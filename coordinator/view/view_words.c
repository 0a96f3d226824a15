#include "view/view_words.h"

#include "plan/cost.h"
#include "ration/clock.h"
#include "ration/money.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static double seconds_to(const struct run_status *status, uint64_t at) {
    return at > status->now.at ? (double)(at - status->now.at) / (double)CLOCK_SECOND : 0;
}

void view_words_rate(double rate, char *out, size_t size) {
    if (rate < 0) {
        (void)snprintf(out, size, "-");
    } else {
        (void)snprintf(out, size, "%.1f", rate);
    }
}

// The dimension of all sessions that is used most, as last published. false: none is known.
static bool most_used(const struct run_status *status, uint32_t *session, uint32_t *dimension) {
    const struct snapshot *now = &status->now;
    bool found = false;
    for (uint32_t i = 0; i < now->sessions && now->gossip.published != 0; i++) {
        for (uint32_t j = 0; j < LEDGER_DIMENSIONS; j++) {
            uint64_t use = now->gossip.dimension_use[i][j];
            if (now->session[i].dimension[j].unit != DIMENSION_NONE && use != SNAPSHOT_UNKNOWN &&
                (!found || use > now->gossip.dimension_use[*session][*dimension])) {
                *session = i;
                *dimension = j;
                found = true;
            }
        }
    }
    return found;
}

void view_words_use(const struct run_status *status, char *out, size_t size) {
    const struct snapshot *now = &status->now;
    uint32_t session, index;
    char name[48], key[32] = "";
    out[0] = '\0';
    if (!most_used(status, &session, &index)) {
        return;
    }
    const struct ledger_dimension *dimension = &now->session[session].dimension[index];
    dimension_name(dimension->unit, dimension->window, name);
    if (now->sessions > 1) {
        run_status_session_name(status, session, key);
    }
    (void)snprintf(out, size, "%.0f %% of %s%s%s%s",
                   run_status_percent(now->gossip.dimension_use[session][index]), name,
                   key[0] != '\0' ? " (" : "", key, key[0] != '\0' ? ")" : "");
}

void view_words_day(const struct run_status *status, char *out, size_t size) {
    const struct ledger_quota *quota = &status->now.quota;
    out[0] = '\0';
    if (quota->allowed > 0) {
        (void)snprintf(out, size, "today %llu of %llu requests", (unsigned long long)quota->used,
                       (unsigned long long)quota->allowed);
    }
}

static void describe_moment(const struct run_status *status, uint64_t at, char out[CLOCK_MOMENT_SIZE]) {
    (void)clock_moment(status->now.wall, run_status_wall(status, at), out);
}

// Until when, as far as that is known.
static void describe_until(const struct run_status *status, char *out, size_t size) {
    const struct snapshot_wait *wait = &status->wait;
    char moment[24], span[CLOCK_SPAN_SIZE];
    if (wait->until == CLOCK_NEVER) {
        (void)snprintf(out, size, "%s", "");
    } else if (wait->until <= status->now.at) {
        (void)snprintf(out, size, ", tries again now");
    } else {
        describe_moment(status, wait->until, moment);
        (void)snprintf(out, size, ", until %s (%s)", moment,
                       clock_span(ceil(seconds_to(status, wait->until)), span));
    }
}

void view_words_wait(const struct run_status *status, char *out, size_t size) {
    const struct snapshot_wait *wait = &status->wait;
    char since[24], until[80];
    out[0] = '\0';
    if (wait->kind == RUN_WAIT_NOTHING) {
        return;
    }
    describe_moment(status, wait->since, since);
    describe_until(status, until, sizeof(until));
    (void)snprintf(out, size, "for %s, since %s%s", run_wait_for((enum run_wait_kind)wait->kind, wait->until),
                   since, until);
}

void view_words_cause(const struct run_status *status, char *out, size_t size) {
    const struct slot_fault *fault = run_status_cause(status);
    char words[SLOT_FAULT_WORDS] = "";
    if (fault != NULL) {
        slot_fault_words(fault, words);
    }
    (void)snprintf(out, size, "%s", words);
}

__attribute__((format(printf, 3, 4))) static void add(char *out, size_t size, const char *format, ...) {
    size_t length = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(out + length, size - length, format, arguments);
    va_end(arguments);
}

void view_words_cost(const struct run_status *status, char *out, size_t size) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    const struct ledger_cost *cost = &status->now.cost;
    uint64_t before = cost->before.spent + cost->before.doubt;
    uint64_t rest = before + cost->run.doubt;
    char spent[MONEY_TEXT_SIZE], most[MONEY_TEXT_SIZE], all[MONEY_TEXT_SIZE], with[MONEY_TEXT_SIZE];
    out[0] = '\0';
    if (gossip->priced == 0) {
        return;
    }
    money_print(gossip->cost, spent);
    money_print(gossip->cost_most, most);
    money_print(gossip->cost + gossip->forecast.cost, all);
    bool forecast = gossip->forecast.cost != SNAPSHOT_UNKNOWN && gossip->forecast.cost > 0;
    money_print(gossip->cost + rest, with);
    (void)snprintf(out, size, "%s", spent);
    if (rest > 0) {
        add(out, size, " (%s %s)", with, before > 0 ? "by all runs" : "with what is in doubt");
    }
    if (gossip->cost_most > 0) {
        add(out, size, " of %s", most);
    }
    if (forecast) {
        add(out, size, ", %s expected", all);
    }
}

void view_words_session(const struct run_status *status, uint32_t session, char *out, size_t size) {
    uint64_t until;
    const char *reason = run_status_wait(status, session, &until);
    if (reason == NULL) {
        (void)snprintf(out, size, "ready");
    } else if (until == CLOCK_NEVER) {
        (void)snprintf(out, size, "%s", reason);
    } else {
        char span[CLOCK_SPAN_SIZE];
        (void)snprintf(out, size, "%s, %s", reason, clock_span(ceil(seconds_to(status, until)), span));
    }
}

double view_words_left(const struct run_status *status) {
    const struct snapshot *now = &status->now;
    uint64_t ends, nanoseconds;
    double left = snapshot_left(now);
    if (run_status_ends(status, &ends, &nanoseconds) && status->stage != SNAPSHOT_STALLED) {
        return (double)nanoseconds / (double)CLOCK_SECOND;
    }
    bool works = status->stage == SNAPSHOT_RUNNING || status->stage == SNAPSHOT_STALLED;
    bool told = works && status->wait.kind == RUN_WAIT_NOTHING && run_status_refused(status) == 0;
    bool alone = now->gossip.fleet.run[0] == '\0';
    return told && alone && status->pace.artists > 0 ? left / status->pace.artists : -1;
}
