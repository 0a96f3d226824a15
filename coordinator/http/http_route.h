// What the HTTP server offers: one table of paths, methods, and who may call. Pure.
#ifndef RATION_HTTP_ROUTE_H
#define RATION_HTTP_ROUTE_H

#include <stdbool.h>

enum http_what {
    HTTP_PAGE,
    HTTP_METRICS,
    HTTP_HEALTH,
    HTTP_STATUS,
    HTTP_REQUESTS,
    HTTP_QUEUE,
    HTTP_EVENTS,
    HTTP_ANSWERS_PAGE,
    HTTP_ANSWERS,
    HTTP_INPUT,
    HTTP_RESET,
    HTTP_PAUSE,
    HTTP_RESUME,
    HTTP_STOP,
    HTTP_WORKERS,
};

// Who may call.
enum http_who {
    HTTP_ANYONE,  // it tells nothing of the run's data
    HTTP_READERS, // whoever reaches a loopback address; at another one, who has the token
    HTTP_HOLDERS, // who has the token: it changes the run, or tells what was asked and answered
};

struct http_route {
    const char *path;
    enum http_what what;
    enum http_who who;
    bool post; // POST; else GET and HEAD
};

// The route of a path without its query, or NULL: 404.
const struct http_route *http_route_find(const char *path);
// The method is one of the route's. Else 405, with `http_route_allow` as Allow.
bool http_route_takes(const struct http_route *route, const char *method);
const char *http_route_allow(const struct http_route *route);

#endif
