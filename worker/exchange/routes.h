// Where the requests of each session go, and the header lines that they have in common. Holds the keys.
#ifndef RATION_ROUTES_H
#define RATION_ROUTES_H

#include "ration/arena.h"
#include "ration/key.h"
#include "ration/provider.h"
#include "ration/settings.h"

#include <stdint.h>

#define ROUTE_LINES 4U

struct route {
    // of each endpoint of the settings; of the provider, where they name none
    char *url[SETTINGS_MAX_ENDPOINTS];
    char *line[ROUTE_LINES]; // of the header
    uint32_t lines;
};

struct routes {
    uint32_t count;
    struct route route[BOUNDS_SESSIONS]; // by session
};

// One for each session of the settings, with the key that has its number; an empty key has no header line. 0,
// or -1 when out of memory; to be freed in either case.
int routes_make(struct routes *routes, const struct settings *settings, const struct provider *provider,
                const struct key *keys);

// Wipes the keys.
void routes_free(struct routes *routes);

#endif
