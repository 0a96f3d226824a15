#include "http/http_route.h"

#include <stddef.h>
#include <string.h>

static const struct http_route routes[] = {
    {"/", HTTP_PAGE, HTTP_ANYONE, false},
    {"/healthz", HTTP_HEALTH, HTTP_ANYONE, false},
    {"/metrics", HTTP_METRICS, HTTP_READERS, false},
    {"/queue/status", HTTP_STATUS, HTTP_READERS, false},
    {"/queue/requests", HTTP_REQUESTS, HTTP_READERS, false},
    {"/api/ai/queue-status", HTTP_QUEUE, HTTP_READERS, false},
    {"/events", HTTP_EVENTS, HTTP_READERS, false},
    {"/answers", HTTP_ANSWERS_PAGE, HTTP_ANYONE, false},
    {"/answers/lines", HTTP_ANSWERS, HTTP_HOLDERS, false},
    {"/answers/input", HTTP_INPUT, HTTP_HOLDERS, false},
    {"/rate-limiter/reset", HTTP_RESET, HTTP_HOLDERS, true},
    {"/pause", HTTP_PAUSE, HTTP_HOLDERS, true},
    {"/resume", HTTP_RESUME, HTTP_HOLDERS, true},
    {"/stop", HTTP_STOP, HTTP_HOLDERS, true},
    {"/workers", HTTP_WORKERS, HTTP_HOLDERS, true},
};

const struct http_route *http_route_find(const char *path) {
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].path, path) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

bool http_route_takes(const struct http_route *route, const char *method) {
    if (route->post) {
        return strcmp(method, "POST") == 0;
    }
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

const char *http_route_allow(const struct http_route *route) {
    return route->post ? "POST" : "GET, HEAD";
}
