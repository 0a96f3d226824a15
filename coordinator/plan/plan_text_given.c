#include "plan/plan_text_given.h"

#include "ration/money.h"

#include <inttypes.h>
#include <stdio.h>

// Where the tokens of an artist are from.
static void print_source(const struct plan_text *plan) {
    const struct plan_past *past = &plan->estimate->past;
    const char *of = past->artists > 0 ? "as an earlier run of this output had them" : "";
    (void)printf("  input         %.1f tokens an artist, ", plan->estimate->input_tokens);
    if (past->artists == 0) {
        (void)printf("at %u bytes a token", PLAN_ESTIMATE_BYTES_A_TOKEN);
    }
    (void)printf("%s", of);
    if (past->artists == 0 && plan->estimate->stored) {
        (void)printf("; %u of them assumed for the stored prompt's own text, which is not known here",
                     PLAN_ESTIMATE_STORED);
    }
    (void)printf("\n  output        %.0f tokens an artist, %s\n", plan->estimate->output_tokens,
                 past->artists > 0 ? of
                 : plan->estimate->output_assumed
                     ? "assumed; tell the longest answer with --max-output-tokens"
                     : "if each answer is as long as --max-output-tokens allows");
}

static void print_kept(const struct forecast_kept *kept) {
    if (kept->tokens > 0) {
        (void)printf("  cache         %.1f tokens of each request are read from it, but by the first %.0f\n",
                     kept->tokens, kept->missed);
    }
}

void plan_text_given_tokens(const struct plan_text *plan) {
    print_source(plan);
    print_kept(&plan->cases->one[0].facts.kept);
}

void plan_text_given_past(const struct plan_text *plan) {
    const struct plan_past *past = &plan->estimate->past;
    char spent[MONEY_TEXT_SIZE], doubt[MONEY_TEXT_SIZE];
    if (past->other[0] != '\0') {
        (void)printf("  earlier run   is no measure for this one: %s\n", past->other);
    } else if (past->artists > 0) {
        (void)printf("  earlier run   of this output: %" PRIu64 " artists; ", past->artists);
        double paid = plan->cases->one[0].facts.paid;
        if (paid > 0) {
            (void)printf("billed %.3f times what the tokens of the answers come to\n", paid);
        } else {
            (void)printf("by another price, so that what failed attempts cost is not counted\n");
        }
    }
    if (past->paid.spent + past->paid.doubt > 0) {
        money_print(past->paid.spent, spent);
        money_print(past->paid.doubt, doubt);
        (void)printf("  spent         %s by all earlier runs of this output%s%s%s\n", spent,
                     past->paid.doubt > 0 ? ", and at most " : "", past->paid.doubt > 0 ? doubt : "",
                     past->paid.doubt > 0 ? " in doubt" : "");
    }
}
