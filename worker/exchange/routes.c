#include "exchange/routes.h"

#include <bsd/string.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// In pieces without a copy that would have to be wiped, too.
static bool add_line(struct route *route, const char *beginning, const char *rest) {
    size_t size = strlen(beginning) + strlen(rest) + 1;
    char *line = malloc(size);
    if (line == NULL) {
        return false;
    }
    (void)strlcpy(line, beginning, size);
    (void)strlcat(line, rest, size);
    route->line[route->lines++] = line;
    return true;
}

static bool make_route(struct route *route, const struct settings *settings, const char *base_url,
                       const struct provider *provider, const struct key *key) {
    size_t endpoints = settings->endpoints > 0 ? settings->endpoints : 1;
    for (size_t i = 0; i < endpoints; i++) {
        const char *path = settings->endpoints > 0 ? settings->endpoint[i] : provider->path;
        if (asprintf(&route->url[i], "%s%s", base_url, path) < 0) {
            route->url[i] = NULL;
            return false;
        }
    }
    return (key->text[0] == '\0' || add_line(route, provider->key_header, key->text)) &&
           (provider->extra_header == NULL || add_line(route, provider->extra_header, "")) &&
           add_line(route, "Content-Type: application/json", "") && add_line(route, "Expect:", "");
}

int routes_make(struct routes *routes, const struct settings *settings, const struct provider *provider,
                const struct key *keys) {
    *routes = (struct routes){0};
    for (size_t i = 0; i < settings->sessions; i++) {
        routes->count++;
        if (!make_route(&routes->route[i], settings, settings->session_url[i], provider, &keys[i])) {
            return -1;
        }
    }
    return 0;
}

void routes_free(struct routes *routes) {
    for (uint32_t i = 0; i < routes->count; i++) {
        struct route *route = &routes->route[i];
        for (uint32_t line = 0; line < route->lines; line++) {
            explicit_bzero(route->line[line], strlen(route->line[line]));
            free(route->line[line]);
        }
        for (uint32_t endpoint = 0; endpoint < SETTINGS_MAX_ENDPOINTS; endpoint++) {
            free(route->url[endpoint]);
        }
    }
    *routes = (struct routes){0};
}
