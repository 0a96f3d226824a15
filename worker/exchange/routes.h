// Where the requests of each session go, and the header lines that they have in common. Holds the keys.
#ifndef RATION_ROUTES_H
#define RATION_ROUTES_H

#include "ration/arena.h"
#include "ration/key.h"
#include "ration/provider.h"
#include "ration/route.h"
#include "ration/settings.h"

#include <stdint.h>

struct route {
    // of each endpoint of the settings; of the provider, where they name none; may hold the key
    char *url[SETTINGS_MAX_ENDPOINTS];
    struct route_head head;
};

struct routes {
    uint32_t count;
    struct route route[BOUNDS_SESSIONS]; // by session
};

// One for each session of the settings, with the provider and the key that have its number; an empty key
// stands nowhere. 0, or -1 when out of memory; to be freed in either case.
int routes_make(struct routes *routes, const struct settings *settings,
                const struct provider *const *provider, const struct key *keys);

// Wipes the keys.
void routes_free(struct routes *routes);

#endif
