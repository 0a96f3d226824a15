// How a request of a session is addressed and who it says it is from: its URL, and the header lines that all
// requests of the session have in common. Holds the key. Pure but for memory.
#ifndef RATION_ROUTE_H
#define RATION_ROUTE_H

#include "ration/key.h"
#include "ration/provider.h"

#include <stdint.h>

#define ROUTE_LINES (PROVIDER_HEADERS + 4U)

struct route_head {
    char *line[ROUTE_LINES];
    uint32_t lines;
    char *signing;     // how requests are signed, as libcurl wants it; NULL: they are not
    char *credentials; // with which, likewise
};

// With the model in the path and the provider's parameters behind it, and the key where it belongs there;
// malloc'ed, NULL when out of memory.
char *route_url(const char *base_url, const char *path, const struct provider *provider, const char *model,
                const struct key *key);

// An empty key stands nowhere. 0, or -1 when out of memory; to be freed in either case.
int route_head(struct route_head *head, const struct provider *provider, const struct key *key);
int route_head_add(struct route_head *head, const char *line);
void route_head_free(struct route_head *head);

// A text that may hold the key, as a URL does; NULL is allowed.
void route_wipe(char *text);

#endif
