// What `ration init` writes: the options that matter first, for a provider, each with the words of --help.
// What is to be chosen is there as a comment. Pure but for memory.
#ifndef RATION_INIT_TEXT_H
#define RATION_INIT_TEXT_H

#include "begin/init_columns.h"
#include "ration/provider.h"
#include "ration/text.h"
#include "ration/tier.h"

struct init_text {
    const struct provider *provider;
    const struct tier_table *tiers;     // the built-in ones
    const char *config, *prompt;        // names of the two files
    const char *input;                  // or NULL: it is not known yet
    const struct init_columns *columns; // of the input; count 0: not known
};

// Adds the file of --config to *out; out->failed: out of memory.
void init_text_config(const struct init_text *init, struct text *out);

// Adds the prompt to *out: it names columns that the input has.
void init_text_prompt(const struct init_text *init, struct text *out);

// What of the provider's own has to be named before a run can begin, "model", "base-url", or NULL: nothing.
// From *at = 0 on.
const char *init_text_missing(const struct provider *provider, int *at);

#endif
