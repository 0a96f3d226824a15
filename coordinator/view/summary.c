#include "view/summary.h"
#include "view/tokens_told.h"

#include "plan/cost.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/money.h"
#include "ration/screen.h"
#include "ration/utf8.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// So long it waits for who reads standard output: while nothing moves, and in all.
#define STILL (2 * CLOCK_SECOND)
#define MOST (10 * CLOCK_SECOND)
// Bursts come on top of the pace, but never so much.
#define MORE_THAN_ALLOWED 3.0

static void print_outcomes(FILE *out, const struct snapshot_sums *sums) {
    (void)fprintf(out, "  requests      %" PRIu64 " answered or failed", sums->ended);
    const char *separator = ": ";
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        if (sums->outcome[i] > 0) {
            (void)fprintf(out, "%s%" PRIu64 " %s", separator, sums->outcome[i],
                          outcome_name((enum outcome_class)i));
            separator = ", ";
        }
    }
    (void)fprintf(out, "\n");
}

static void print_retries(FILE *out, const struct snapshot_sums *sums) {
    if (sums->retries > 0 || sums->retrying > 0) {
        (void)fprintf(out, "  retries       %" PRIu64 " made, %u waiting\n", sums->retries, sums->retrying);
    }
}

double summary_quota_share(const struct snapshot_sums *sums, uint64_t elapsed) {
    double minutes = (double)elapsed / (double)CLOCK_MINUTE;
    double share = -1;
    if (minutes <= 0) {
        return share;
    }
    if (sums->requests_per_minute > 0) {
        share = (double)sums->spent_requests / ((double)sums->requests_per_minute * minutes);
    }
    if (sums->tokens_per_minute > 0) {
        double tokens = (double)sums->spent_tokens / ((double)sums->tokens_per_minute * minutes);
        share = tokens > share ? tokens : share;
    }
    return share;
}

static void print_quota(FILE *out, const struct ledger_quota *quota, const struct snapshot_sums *sums,
                        uint64_t elapsed) {
    double share = summary_quota_share(sums, elapsed);
    if (quota->allowed > 0) {
        (void)fprintf(out,
                      "  daily quota   %" PRIu64 " of %" PRIu64 " allowed requests used in this period\n",
                      quota->used, quota->allowed);
    }
    if (share < 0) {
        (void)fprintf(out, "%s", quota->allowed > 0 ? "" : "  quota         no limit is known\n");
        return;
    }
    uint64_t pace = (uint64_t)((double)sums->spent_requests * 60 * (double)CLOCK_SECOND / (double)elapsed);
    if (share > MORE_THAN_ALLOWED) { // what holds at the end did not hold all the time
        (void)fprintf(out, "  quota         another limit at the end than before");
    } else {
        (void)fprintf(out, "  quota         %.1f %% of what was allowed in that time", share * 100);
    }
    if (sums->requests_per_minute > 0) {
        (void)fprintf(out, " (%" PRIu64 " of %" PRIu64 " requests a minute)", pace,
                      sums->requests_per_minute);
    }
    (void)fprintf(out, "\n");
}

// The first request finds nothing: what it wrote the others read.
static void print_cache(FILE *out, const struct summary *summary, const struct snapshot_sums *sums) {
    if (summary->cache_asked && sums->answers > 1 && sums->tokens.cached == 0) {
        (void)fprintf(
            out, "  cache         nothing came from it, for all of --cache-prompt: the beginning that all "
                 "requests share may be too short, or the model keeps none\n");
    }
}

// Sessions that have no money, and what to do.
static void print_parked(FILE *out, const struct snapshot *look) {
    for (uint32_t i = 0; i < look->sessions; i++) {
        const struct ledger_state *state = &look->session[i];
        char until[CLOCK_RFC3339_SIZE];
        if (state->hold == LEDGER_PARK && state->not_before > look->at && !state->disabled) {
            clock_rfc3339(look->wall + (state->not_before - look->at), until);
            (void)fprintf(
                out,
                "  spend limit   session %s is parked until %s%s%s; raise the limit or add credit, then "
                "--resume\n",
                look->session_name[i], until, look->said[i][0] != '\0' ? ": " : "", look->said[i]);
        }
    }
}

static void compose(FILE *out, const struct summary *summary, const struct snapshot *look) {
    const struct snapshot_sums *sums = &look->sums;
    char name[PATH_MAX], tokens[TOKENS_TOLD_SIZE];
    double seconds = (double)summary->elapsed / (double)CLOCK_SECOND;
    uint32_t now = look->done + look->failed - summary->before;
    (void)fprintf(out, "\n%s\n", summary->how_it_ended);
    (void)fprintf(out, "  artists       %u of %u done, %u failed, %u left", look->done, look->artists,
                  look->failed, snapshot_left(look));
    if (summary->before > 0) {
        (void)fprintf(out, " (%u by earlier runs)", summary->before);
    }
    (void)fprintf(out, "\n");
    if (look->gossip.fleet.others > 0) {
        (void)fprintf(out, "  fleet         %" PRIu64 " are other machines'\n", look->gossip.fleet.others);
    }
    if (summary->crew.identical > 0) {
        (void)fprintf(out,
                      "  identical     %u artists got what another one got: so many requests are saved\n",
                      summary->crew.identical);
    }
    print_outcomes(out, sums);
    print_retries(out, sums);
    (void)fprintf(out, "  429s          %" PRIu64 "\n", sums->status_429);
    tokens_told(&sums->tokens, tokens);
    (void)fprintf(out, "  tokens        %s", tokens);
    if (look->untold > 0) {
        (void)fprintf(out, " (%" PRIu64 " answers did not tell all of theirs: estimated)", look->untold);
    }
    (void)fprintf(out, "\n");
    print_cache(out, summary, sums);
    if (summary->cost.priced) {
        char cost[COST_TEXT_SIZE];
        cost_describe(&summary->cost, cost);
        (void)fprintf(out, "  cost          %s\n", cost);
    }
    char span[CLOCK_SPAN_SIZE];
    if (seconds < 120) {
        (void)snprintf(span, sizeof(span), "%.1f s", seconds);
    } else {
        (void)clock_span(seconds, span);
    }
    (void)fprintf(out, "  time          %s, %.1f artists a second\n", span, seconds > 0 ? now / seconds : 0);
    print_quota(out, &look->quota, sums, summary->elapsed);
    print_parked(out, look);
    (void)fprintf(out,
                  "  workers       %u; %" PRIu64 " restarted, %" PRIu64 " unfinished artists redistributed\n",
                  summary->crew.wanted, summary->crew.restarts, summary->crew.redistributed);
    if (summary->in_doubt > 0) {
        (void)fprintf(
            out,
            "  in doubt      %" PRIu64
            " requests were in flight when their worker died: perhaps billed, and their answers are lost",
            summary->in_doubt);
        if (summary->undecided > 0) {
            (void)fprintf(out, "; %u are kept for --resume and its --in-doubt", summary->undecided);
        }
        (void)fprintf(out, "\n");
    }
    (void)fprintf(out, "  output        %s\n", utf8_shown(summary->output_name, name, sizeof(name)));
    if (look->failed > 0) {
        char kept[OUTCOME_KEPT_SIZE];
        outcome_kept(kept);
        (void)fprintf(
            out,
            "  errors        %s; --resume asks again all but those of class %s (unproven ones it does); "
            "ration explain CLASS says what to do\n",
            utf8_shown(summary->errors_name, name, sizeof(name)), kept);
    }
    if (summary->batches.list != NULL) {
        summary_batches(out, &summary->batches);
    }
}

// Line by line, where it is read for certain.
static void tell_log(const char *text) {
    const struct log_event event = {.level = LOG_LEVEL_INFO, .category = "run", .file_only = true};
    log_warn("run",
             "nobody took the summary from standard output; it stands in the log file, if there is one");
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        if (length > 0) {
            log_event(&event, "%.*s", (int)length, text);
        }
        text += length + (text[length] == '\n');
    }
}

char *summary_text(const struct summary *summary, const struct snapshot *look) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    compose(out, summary, look);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

void summary_print(const char *text) {
    if (!screen_print(text, strlen(text), STILL, MOST)) {
        tell_log(text);
    }
}

void summary_log(const struct summary *summary, const struct snapshot *look, int exit_status) {
    const struct log_field fields[] = {
        {.name = "event", .text = "summary"},
        {.name = "exit", .number = (uint64_t)exit_status},
        {.name = "artists", .number = look->artists},
        {.name = "done", .number = look->done},
        {.name = "failed", .number = look->failed},
        {.name = "requests", .number = look->sums.ended},
        {.name = "input_tokens", .number = look->sums.tokens.input},
        {.name = "output_tokens", .number = look->sums.tokens.output},
        {.name = "cached_tokens", .number = look->sums.tokens.cached},
        {.name = "cache_write_tokens", .number = look->sums.tokens.written},
        {.name = "cache_write_1h_tokens", .number = look->sums.tokens.written_hour},
        {.name = "reasoning_tokens", .number = look->sums.tokens.reasoning},
        {.name = "in_doubt", .number = summary->in_doubt},
        {.name = "identical", .number = summary->crew.identical},
        {.name = "elapsed_ms", .number = summary->elapsed / CLOCK_MS},
    };
    // People have it on standard output.
    const struct log_event event = {.level = LOG_LEVEL_INFO,
                                    .category = "run",
                                    .file_only = true,
                                    .fields = sizeof(fields) / sizeof(fields[0]),
                                    .field = fields};
    log_event(&event, "%s: %u of %u artists done, %u failed, %u left; output %s", summary->how_it_ended,
              look->done, look->artists, look->failed, snapshot_left(look), summary->output_name);
}
