#include "view/summary.h"

#include "plan/cost.h"
#include "ration/clock.h"
#include "ration/ledger.h"

#include <inttypes.h>
#include <stdio.h>

static void print_outcomes(const struct totals *totals) {
    (void)printf("  requests      %" PRIu64 " answered or failed", totals->attempts);
    const char *separator = ": ";
    for (int i = 0; i < SLOT_OUTCOMES; i++) {
        if (totals->outcome[i] > 0) {
            (void)printf("%s%" PRIu64 " %s", separator, totals->outcome[i],
                         slot_outcome_name((enum slot_outcome)i));
            separator = ", ";
        }
    }
    (void)printf("\n");
}

static void print_retries(const struct totals *totals) {
    if (totals->retries > 0 || totals->retrying > 0) {
        (void)printf("  retries       %" PRIu64 " made, %u waiting\n", totals->retries, totals->retrying);
    }
}

static void print_quota(const struct ledger_quota *quota, const struct totals *totals, uint64_t elapsed) {
    double share = totals_quota_share(totals, elapsed);
    if (quota->allowed > 0) {
        (void)printf("  daily quota   %" PRIu64 " of %" PRIu64 " allowed requests used in this period\n",
                     quota->used, quota->allowed);
    }
    if (share < 0) {
        (void)printf("%s", quota->allowed > 0 ? "" : "  quota         no limit is known\n");
        return;
    }
    (void)printf("  quota         %.1f %% of what was allowed in that time", share * 100);
    if (totals->requests_per_minute > 0) {
        (void)printf(" (%" PRIu64 " of %" PRIu64 " requests a minute)",
                     (uint64_t)((double)totals->spent_requests * 60 * (double)CLOCK_SECOND / (double)elapsed),
                     totals->requests_per_minute);
    }
    (void)printf("\n");
}

void summary_print(const struct summary *summary, const struct crew *crew, const struct totals *totals) {
    struct ledger_quota quota;
    double seconds = (double)summary->elapsed / (double)CLOCK_SECOND;
    uint32_t now = totals->done + totals->failed - summary->before;
    (void)printf("\n%s\n", summary->how_it_ended);
    (void)printf("  artists       %u of %u done, %u failed, %u left", totals->done, totals->artists,
                 totals->failed, totals->artists - totals->done - totals->failed);
    if (summary->before > 0) {
        (void)printf(" (%u by earlier runs)", summary->before);
    }
    (void)printf("\n");
    print_outcomes(totals);
    print_retries(totals);
    (void)printf("  429s          %" PRIu64 "\n",
                 totals->outcome[SLOT_RATE_LIMITED] + totals->outcome[SLOT_QUOTA_EXHAUSTED]);
    (void)printf("  tokens        %" PRIu64 " input, %" PRIu64 " output", totals->input_tokens,
                 totals->output_tokens);
    if (totals->untold > 0) {
        (void)printf(" (%" PRIu64 " answers did not tell all of theirs: estimated)", totals->untold);
    }
    (void)printf("\n");
    if (totals->priced) {
        char cost[COST_TEXT_SIZE];
        cost_print(totals->cost, cost);
        (void)printf("  cost          %s\n", cost);
    }
    char span[CLOCK_SPAN_SIZE];
    if (seconds < 120) {
        (void)snprintf(span, sizeof(span), "%.1f s", seconds);
    } else {
        (void)clock_span(seconds, span);
    }
    (void)printf("  time          %s, %.1f artists a second\n", span, seconds > 0 ? now / seconds : 0);
    ledger_quota_look(crew->arena, &quota);
    print_quota(&quota, totals, summary->elapsed);
    (void)printf("  workers       %u; %" PRIu64 " restarted, %" PRIu64 " unfinished artists redistributed\n",
                 crew->wanted, crew->restarts, crew->redistributed);
    if (summary->in_doubt > 0) {
        (void)printf("  in doubt      %" PRIu64
                     " requests were in flight when their worker died: perhaps billed, and their answers are "
                     "lost\n",
                     summary->in_doubt);
    }
    (void)printf("  output        %s\n", summary->output_name);
    if (totals->failed > 0) {
        (void)printf("  errors        %s; --resume asks again all but those that were refused\n",
                     summary->errors_name);
    }
    (void)fflush(stdout);
}
