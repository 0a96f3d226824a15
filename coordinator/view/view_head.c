#include "view/view_head.h"

#include "plan/cost.h"
#include "ration/clock.h"
#include "view/statistics.h"
#include "view/view_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABEL 9U
#define REFUSED "the last %u were refused, and are asked again"

static enum view_colour stage_colour(enum snapshot_stage stage) {
    static const enum view_colour colours[SNAPSHOT_STAGES] = {
        [SNAPSHOT_RUNNING] = VIEW_GREEN, [SNAPSHOT_PAUSED] = VIEW_YELLOW, [SNAPSHOT_DRAINING] = VIEW_YELLOW,
        [SNAPSHOT_STALLED] = VIEW_RED,   [SNAPSHOT_ENDED] = VIEW_DIM,
    };
    return colours[stage];
}

void view_head_title(struct view *view, const struct run_status *status) {
    char up[24];
    uint64_t started = status->now.gossip.started;
    view_put(view, stage_colour(status->stage), "%s", run_status_stage_name(status->stage));
    view_put(view, VIEW_BOLD, "  %s", run_status_name(status));
    if (status->reason[0] != '\0') {
        view_put(view, stage_colour(status->stage), "  %s", status->reason);
    }
    view_piece(view, VIEW_DIM, "  run %s", status->info.run_id);
    view_piece(view, VIEW_DIM, "  pid %d", (int)status->info.pid);
    if (started != 0) {
        view_time((double)(status->now.at - started) / (double)CLOCK_SECOND, up, sizeof(up));
        view_piece(view, VIEW_DIM, "  for %s", up);
    }
    view_end(view);
}

// Two pieces: what is done, also by other machines of a fleet, and what has failed.
static void describe_counts(const struct snapshot *now, char *out, size_t size) {
    uint64_t others = now->gossip.fleet.others;
    char elsewhere[40] = "";
    if (others > 0) {
        (void)snprintf(elsewhere, sizeof(elsewhere), "+%" PRIu64 " elsewhere", others);
    }
    (void)snprintf(out, size, "%u%s/%u done, %u failed", now->done, elsewhere, now->artists, now->failed);
}

void view_head_bar(struct view *view, const struct run_status *status) {
    const struct snapshot *now = &status->now;
    char cells[101], text[160];
    char counts[96];
    uint64_t all = now->artists > 0 ? now->artists : 1;
    uint64_t ended = now->artists - snapshot_left(now);
    describe_counts(now, counts, sizeof(counts));
    int length = snprintf(text, sizeof(text), " %5.1f %%  %s", (double)ended * 100 / (double)all, counts);
    unsigned words = length > 0 ? (unsigned)length : 0;
    unsigned room = view->width > words + 2 ? view->width - words - 2 : 0;
    room = room < sizeof(cells) - 1 ? room : (unsigned)sizeof(cells) - 1;
    if (room >= 8) {
        unsigned full = (unsigned)(ended * room / all);
        memset(cells, '#', full);
        cells[full] = '\0';
        view_put(view, VIEW_PLAIN, "[");
        view_put(view, stage_colour(status->stage), "%s", cells);
        memset(cells, '.', room - full);
        cells[room - full] = '\0';
        view_put(view, VIEW_DIM, "%s", cells);
        view_put(view, VIEW_PLAIN, "]%s", text);
    } else {
        view_put(view, VIEW_PLAIN, "%s", text + 1);
    }
    view_end(view);
}

static void label(struct view *view, const char *text) {
    view_put(view, VIEW_DIM, "%s", text);
    view_to(view, LABEL);
}

static void put_rate(struct view *view, const struct run_status *status) {
    const struct snapshot_sums *sums = &status->sums;
    char pace[24], mean[24];
    view_words_rate(status->pace.artists, pace, sizeof(pace));
    view_words_rate(status->pace_mean, mean, sizeof(mean));
    label(view, "rate");
    view_put(view, VIEW_PLAIN, "%s/s (mean %s), %u in flight", pace, mean, sums->in_flight);
    if (status->sums.retrying > 0) {
        view_piece(view, VIEW_PLAIN, ", %u to retry", status->sums.retrying);
    }
    if (sums->answers > 0) {
        view_piece(view, VIEW_PLAIN, ", latency %.2f s",
                   (double)sums->latency_ms / (double)sums->answers / 1000);
        view_piece(view, VIEW_PLAIN, " (99 %% below about %.2g s)", statistics_quantile(sums, 0.99) / 1000);
    }
    view_end(view);
}

// All of a limit in use is as it should be.
static void put_quota(struct view *view, const struct run_status *status) {
    char use[96], day[96];
    view_words_use(status, use, sizeof(use));
    view_words_day(status, day, sizeof(day));
    label(view, "quota");
    if (use[0] == '\0' && day[0] == '\0') {
        view_put(view, VIEW_PLAIN, "no limit is known");
    }
    view_put(view, VIEW_GREEN, "%s", use);
    view_piece(view, VIEW_PLAIN, "%s%s", use[0] != '\0' && day[0] != '\0' ? ", " : "", day);
    view_end(view);
}

static void put_wait(struct view *view, const struct run_status *status) {
    char wait[VIEW_WORDS_WAIT], cause[VIEW_WORDS_WAIT];
    view_words_wait(status, wait, sizeof(wait));
    view_words_cause(status, cause, sizeof(cause));
    label(view, "waits");
    view_put(view, VIEW_YELLOW, "%s", wait);
    view_end(view);
    if (cause[0] != '\0') {
        label(view, "cause");
        view_put(view, VIEW_PLAIN, "%s", cause);
        view_end(view);
    }
}

static void put_end(struct view *view, const struct run_status *status) {
    char left[24];
    if (status->wait.kind != RUN_WAIT_NOTHING) {
        put_wait(view, status);
        return;
    }
    if (status->stage == SNAPSHOT_DRAINING) {
        return;
    }
    label(view, "end");
    if (run_status_refused(status) > 0) {
        view_put(view, VIEW_PLAIN, REFUSED, run_status_refused(status));
        view_end(view);
        return;
    }
    double seconds = view_words_left(status);
    view_time(seconds, left, sizeof(left));
    view_put(view, VIEW_PLAIN, "%s%s", seconds < 0 ? "not known yet" : left, seconds < 0 ? "" : " left");
    if (status->now.gossip.forecast.text[0] != '\0') {
        view_piece(view, VIEW_PLAIN, "; %s", status->now.gossip.forecast.text);
    }
    view_end(view);
}

static void put_spent(struct view *view, const struct run_status *status) {
    char input[16], output[16], cost[160];
    view_count((double)status->sums.tokens.input, input, sizeof(input));
    view_count((double)status->sums.tokens.output, output, sizeof(output));
    view_words_cost(status, cost, sizeof(cost));
    label(view, "spent");
    view_put(view, VIEW_PLAIN, "%s input", input);
    if (status->sums.tokens.cached > 0) {
        view_piece(view, VIEW_PLAIN, " (%.0f %% cached)",
                   100.0 * (double)status->sums.tokens.cached / (double)status->sums.tokens.input);
    }
    view_piece(view, VIEW_PLAIN, " and %s output tokens", output);
    view_piece(view, VIEW_PLAIN, "%s%s", cost[0] != '\0' ? ", " : "", cost);
    if (status->now.gossip.in_doubt > 0) {
        view_piece(view, VIEW_YELLOW, ", %llu request%s in doubt",
                   (unsigned long long)status->now.gossip.in_doubt,
                   status->now.gossip.in_doubt == 1 ? "" : "s");
    }
    view_end(view);
}

// Of the requests, not of the artists: most are tried again.
static void put_failures(struct view *view, const struct run_status *status) {
    const char *separator = "";
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_OF_ATTEMPT; i++) {
        uint64_t count = status->sums.outcome[i];
        if (count > 0 && separator[0] == '\0') {
            label(view, "failures");
        }
        if (count > 0) {
            view_piece(view, VIEW_PLAIN, "%s%" PRIu64 " %s", separator, count,
                       outcome_name((enum outcome_class)i));
            separator = ", ";
        }
    }
    if (separator[0] != '\0') {
        view_piece(view, VIEW_DIM, " (requests)");
        view_end(view);
    }
}

static void put_troubles(struct view *view, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    for (size_t i = 0; i < gossip->alerts; i++) {
        label(view, "alert");
        view_put(view, VIEW_RED, "%s", gossip->alert[i].text);
        view_end(view);
    }
    if (gossip->errors > 0) {
        const struct snapshot_error *error = &gossip->error[gossip->errors - 1];
        label(view, "failed");
        view_put(view, VIEW_PLAIN, "%s: %s after %llu attempt%s: %s", error->artist, error->class,
                 (unsigned long long)error->attempts, error->attempts == 1 ? "" : "s", error->text);
        view_end(view);
    }
}

void view_head_facts(struct view *view, const struct run_status *status) {
    put_rate(view, status);
    put_quota(view, status);
    if (status->stage != SNAPSHOT_ENDED) {
        put_end(view, status);
    }
    put_spent(view, status);
    put_failures(view, status);
    put_troubles(view, status);
}

// When it ends, or what it waits for.
static void describe_end(const struct run_status *status, char *out, size_t size) {
    const char *binds = status->now.gossip.forecast.binds;
    char left[24], wait[VIEW_WORDS_WAIT];
    view_words_wait(status, wait, sizeof(wait));
    view_time(view_words_left(status), left, sizeof(left));
    if (wait[0] != '\0') {
        (void)snprintf(out, size, "waits %s", wait);
    } else if (run_status_refused(status) > 0) {
        (void)snprintf(out, size, REFUSED, run_status_refused(status));
    } else {
        (void)snprintf(out, size, "%s left%s%s", left, binds[0] != '\0' ? ", limited by " : "", binds);
    }
}

void view_head_line(const struct run_status *status, char *out, size_t size) {
    const struct snapshot *now = &status->now;
    char counts[96], pace[24], end[VIEW_WORDS_WAIT + 8], use[96], day[96], cost[160], input[16], output[16];
    describe_counts(now, counts, sizeof(counts));
    view_words_rate(status->pace.artists, pace, sizeof(pace));
    describe_end(status, end, sizeof(end));
    view_words_use(status, use, sizeof(use));
    view_words_day(status, day, sizeof(day));
    view_words_cost(status, cost, sizeof(cost));
    view_count((double)status->sums.tokens.input, input, sizeof(input));
    view_count((double)status->sums.tokens.output, output, sizeof(output));
    (void)snprintf(out, size, "%s, %s/s, %s | %s%s%s%s%s+%s tokens%s%s | %u workers, %u in flight", counts,
                   pace, end, use, use[0] != '\0' ? " | " : "", day, day[0] != '\0' ? " | " : "", input,
                   output, cost[0] != '\0' ? ", " : "", cost, status->sums.live, status->sums.in_flight);
}
