// The keys of the file that `ration init` writes, in its order, and their values for a provider. Pure.
#ifndef RATION_INIT_KEYS_H
#define RATION_INIT_KEYS_H

#include "ration/provider.h"
#include "ration/tier.h"

#include <stdbool.h>
#include <stddef.h>

struct init_text;

struct init_key {
    const char *heading; // before it, or NULL
    const char *name;    // of the option
    bool on;             // see init_keys_on()
    const char *value;   // NULL: it is of the provider or of the input, see init_keys_value()
};

// The n-th; NULL: there are no more.
const struct init_key *init_keys_at(size_t at);

// NULL: there is nothing that it could be, and the key is left out.
const char *init_keys_value(const struct init_text *init, const struct init_key *key);

// Whether it counts; else it stands there as a comment, for whoever wants it.
bool init_keys_on(const struct init_text *init, const struct init_key *key);

// The model that the provider recommends, or NULL: there is none.
const char *init_keys_model(const struct provider *provider);

// The first built-in tier of the provider that fits its model, else the first; NULL: it has none.
const struct tier *init_keys_tier(const struct init_text *init);

// Whether a tier is of the model, by its name: that has the model's, or what the model has in its own.
bool init_keys_tier_fits(const char *tier, const struct provider *provider);

#endif
