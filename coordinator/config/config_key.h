// Where the API keys come from.
#ifndef RATION_CONFIG_KEY_H
#define RATION_CONFIG_KEY_H

#include "config/options.h"
#include "ration/clock.h"
#include "ration/key.h"
#include "ration/provider.h"

// Each: 0, or -1 after telling what is wrong. `option` is told without its "--".
int config_key_from_file(const char *option, const char *path, struct key *key);
// The variable keeps its value; see config_key_wipe_variable().
int config_key_from_variable(const char *option, const char *name, struct key *key);

// Runs a command that prints it, see command.h; waits for it, CONFIG_KEY_PATIENCE at most.
#define CONFIG_KEY_PATIENCE (30 * CLOCK_SECOND)
int config_key_from_command(const char *option, const char *command, struct key *key);

// So that others of this user find no key in the environment of this process. One with --batch-mix needs it
// once more, when it begins the run of the rest.
void config_key_wipe_variable(const struct options *options, const char *name);

// That of a run without --sessions: from --api-key-command, --api-key-file, or the provider's variable, which
// is wiped. Empty where the provider needs none.
int config_key_take(const struct options *options, const struct provider *provider, struct key *key);

#endif
