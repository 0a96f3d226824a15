// The sessions of a run: those of --sessions, or one by the name of "default".
#ifndef RATION_CONFIG_SESSIONS_H
#define RATION_CONFIG_SESSIONS_H

#include "config/config_provider.h"
#include "config/options.h"
#include "config/sessions_file.h"
#include "ration/key.h"
#include "ration/ledger.h"
#include "ration/provider.h"
#include "ration/settings.h"
#include "ration/tier.h"

#include <stdint.h>

struct config_session {
    char name[SESSIONS_FILE_NAME_SIZE]; // for people; no secret
    struct key key;                     // empty: the provider needs none
    char *command;                      // that prints it; NULL: none
    struct ledger_limits limits;
    const char *provider; // its name
    bool told;            // its price is the user's word,
    struct tier_price own;
    struct tier_price tier; // that of its built-in tier; all 0: it has none
};

struct config_sessions {
    uint32_t count;
    struct config_session one[BOUNDS_SESSIONS];
};

// What holds for sessions that do not say otherwise.
struct config_usual {
    const struct options *options;
    const struct provider *provider;
    const struct config_provider *providers; // that a session may name
    const struct tier_table *tiers;
    struct ledger_limits limits;
    const struct tier *tier; // all 0: there is none
};

// Fills *sessions, and their providers, models and base URLs in *settings, whose own model is known. 0, or -1
// after telling what is wrong: which session, and where.
int config_sessions_take(const struct config_usual *usual, struct config_sessions *sessions,
                         struct settings *settings);

// Says what each session of --sessions may send, and where.
void config_sessions_tell(const struct config_sessions *sessions, const struct settings *settings);

// Wipes the keys.
void config_sessions_wipe(struct config_sessions *sessions);

#endif
