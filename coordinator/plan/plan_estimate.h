// What the artists of an input take: tokens, as far as can be told without an answer.
#ifndef RATION_PLAN_ESTIMATE_H
#define RATION_PLAN_ESTIMATE_H

#include "config/config.h"
#include "config/options.h"
#include "input/input_index.h"
#include "input/input_open.h"
#include "plan/plan_past.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stdint.h>

#define PLAN_ESTIMATE_BYTES_A_TOKEN 4U
#define PLAN_ESTIMATE_STORED 200U // tokens of a stored prompt's own text, which is not known here
#define PLAN_ESTIMATE_OUTPUT 400U // tokens of an answer, where no longest one is given
#define PLAN_ESTIMATE_TOKENS_A_SECOND 80U
#define PLAN_ESTIMATE_FIRST_TOKEN 500U // milliseconds

struct plan_estimate {
    uint32_t artists;
    uint32_t left;       // of these, what a run has still to do: all, without --resume
    uint32_t identical;  // of these, how many ask what an earlier one asks
    bool once;           // they are not asked: --identical once
    uint64_t bytes;      // of all their prompts
    bool stored;         // the prompt is a stored one: `bytes` are those of its variables
    double input_tokens; // of one artist, on average
    double output_tokens;
    bool output_assumed;
    // of each request, that its provider keeps for the next one; 0: --cache-prompt is not given
    double kept_tokens;
    struct plan_past past;
};

// Reads all artists of the index, and renders their prompts. 0, or -1 after telling.
int plan_estimate_take(const struct options *options, const struct config *config,
                       const struct input_open *input, const struct input_index *index,
                       struct plan_estimate *estimate);

// Where an earlier run of the output tells what its artists took, that holds. Pure.
void plan_estimate_learn(const struct plan_past *past, struct plan_estimate *estimate);

// Artists for which a request is sent. Pure.
uint32_t plan_estimate_asked(const struct plan_estimate *estimate);

// Nanoseconds of a request whose answer has so many tokens: an assumption. Pure.
uint64_t plan_estimate_latency(double output_tokens);

#endif
