#include "exchange/routes.h"

#include <stdbool.h>

// A table's requests go where the session's own provider wants them; requests that are there already go where
// they say.
static const char *path_of(const struct settings *settings, const struct provider *provider,
                           size_t endpoint) {
    return settings->rows == SETTINGS_ROWS_TABLE || settings->endpoints == 0 ? provider->path
                                                                             : settings->endpoint[endpoint];
}

static bool make_route(struct route *route, const struct settings *settings, size_t session,
                       const struct provider *provider, const struct key *key) {
    const char *model = settings->session_model[session] != NULL ? settings->session_model[session] : "";
    size_t endpoints = settings->endpoints > 0 ? settings->endpoints : 1;
    for (size_t i = 0; i < endpoints; i++) {
        route->url[i] =
            route_url(settings->session_url[session], path_of(settings, provider, i), provider, model, key);
        if (route->url[i] == NULL) {
            return false;
        }
    }
    // A header without a value is not sent, but libcurl would sign it.
    return route_head(&route->head, provider, key) == 0 &&
           route_head_add(&route->head, "Content-Type: application/json") == 0 &&
           (route->head.signing != NULL || route_head_add(&route->head, "Expect:") == 0);
}

int routes_make(struct routes *routes, const struct settings *settings,
                const struct provider *const *provider, const struct key *keys) {
    *routes = (struct routes){0};
    for (size_t i = 0; i < settings->sessions; i++) {
        routes->count++;
        if (!make_route(&routes->route[i], settings, i, provider[i], &keys[i])) {
            return -1;
        }
    }
    return 0;
}

void routes_free(struct routes *routes) {
    for (uint32_t i = 0; i < routes->count; i++) {
        for (uint32_t endpoint = 0; endpoint < SETTINGS_MAX_ENDPOINTS; endpoint++) {
            route_wipe(routes->route[i].url[endpoint]);
        }
        route_head_free(&routes->route[i].head);
    }
    *routes = (struct routes){0};
}
