#include "plan/plan_past.h"

#include "output/last_run_file.h"
#include "output/last_run_request.h"
#include "plan/cost.h"
#include "ration/arithmetic.h"

#include <bsd/string.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Followers, which got what another one got, have a verdict and no answer.
static uint64_t asked(const struct last_run *run) {
    uint64_t verdicts = run->done + run->failed;
    verdicts = verdicts > run->before ? verdicts - run->before : 0;
    if (run->answers == 0 || run->answers > verdicts) {
        return verdicts;
    }
    return run->answers + arithmetic_least(run->failed, verdicts - run->answers);
}

void plan_past_of(const struct last_run *run, const struct last_run *planned, struct plan_past *past) {
    struct cost_past cost = {
        .record = true,
        .told = {.spent = run->cost_before + run->cost, .doubt = run->cost_before_doubt + run->cost_doubt},
        .booked = run->cost_booked};
    *past =
        (struct plan_past){.there = true, .paid = cost_paid(&cost), .done = run->done, .failed = run->failed};
    last_run_differs(run, planned, past->other, sizeof(past->other));
    if (past->other[0] != '\0' || run->output_tokens == 0) {
        return;
    }
    past->artists = asked(run);
    past->answers = run->answers > 0 && run->answers < past->artists ? run->answers : past->artists;
    past->tokens = last_run_tokens(run);
    if (run->price_input == planned->price_input && run->price_output == planned->price_output) {
        past->cost = run->cost;
    }
}

void plan_past_read(const struct options *options, const struct config *config, struct plan_past *past) {
    struct last_run *run = malloc(sizeof(*run));
    struct last_run *planned = calloc(1, sizeof(*planned));
    *past = (struct plan_past){0};
    if (run != NULL && planned != NULL && last_run_file_read(options->output, run) == 0) {
        last_run_request_take(options, config, planned);
        // A plan may be made anywhere: where it asks says nothing of what answers take.
        (void)strlcpy(planned->base_url, run->base_url, sizeof(planned->base_url));
        plan_past_of(run, planned, past);
    }
    free(planned);
    free(run);
}

double plan_past_kept(const struct plan_past *past, double missed) {
    const struct tokens *tokens = &past->tokens;
    double answers = (double)past->answers;
    double written = (double)(tokens->written + tokens->written_hour);
    if (answers <= 0 || tokens->cached == 0) {
        return 0;
    }
    if (written > 0) { // who did not find it wrote it
        return ((double)tokens->cached + written) / answers;
    }
    double each = (double)tokens->cached / (answers - fmin(missed, answers / 2));
    return fmin(each, (double)tokens->input / answers);
}

uint32_t plan_past_left(const struct plan_past *past, const struct options *options, uint32_t artists) {
    bool failed_again = options->retry_errors.which != OUTCOME_AGAIN_NONE;
    uint64_t ended = past->done + (failed_again ? 0 : past->failed);
    if (!options->resume) {
        return artists;
    }
    return ended < artists ? artists - (uint32_t)ended : 0;
}
