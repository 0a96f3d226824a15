// What can be told of the key and the model before the first row: the list of models is asked for once. Where
// the provider has none, or it does not come, nothing is told and the run begins.
#ifndef RATION_PREFLIGHT_H
#define RATION_PREFLIGHT_H

#include "config/config.h"
#include "config/options.h"
#include "plan/models_list.h"
#include "plan/preflight_fetch.h"
#include "plan/preflight_words.h"

#include <stdbool.h>
#include <stdint.h>

// What became of the question of one session.
struct preflight_look {
    struct preflight_answer answer; // its body is freed
    bool listed;                    // it was asked for the list of models; else for its base URL alone
    bool refused;                   // the key is
    bool narrow;                    // the key may not list models, and may be good all the same
    bool below;                     // nothing was there; below it, at /v1, is an API
    char words[PREFLIGHT_WORDS];    // of a refusal; "": none that may be told
    struct models_list models;      // all 0 where no list came
};

// Asks for the list of models, or where the provider has none, whether anybody is there. Where the list is
// not found, and the base URL names no version, /v1 is asked as well.
void preflight_look(const struct config *config, uint32_t session, const struct provider *provider,
                    struct preflight_look *look);

// Of each kind of session one. 0; or -1 after telling that a key is refused or a model is not there.
int preflight_ask(const struct options *options, const struct config *config);

#endif
