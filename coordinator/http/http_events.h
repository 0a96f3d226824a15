// Server-sent events: what each listener is still to be sent. A listener that reads slowly skips states: it
// gets the latest one when it is ready, and costs no memory, because all share one text. Alerts are kept for
// it, the last HTTP_EVENTS_ALERTS of them. Knows nothing of sockets.
#ifndef RATION_HTTP_EVENTS_H
#define RATION_HTTP_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HTTP_EVENTS_ALERTS 16U

struct http_events_text; // of one event, shared by those who are being sent it

struct http_events {
    struct http_events_text *state; // the latest, or NULL
    uint64_t states;                // how many there were
    bool over;                      // no more will come
    struct http_events_text *end;   // the last one then, or NULL
    struct http_events_text *alert[HTTP_EVENTS_ALERTS];
    uint64_t alerts;
};

struct http_listener {
    struct http_events_text *text; // being sent, or NULL
    size_t sent;
    uint64_t states, alerts; // seen so far
    enum { HTTP_LISTENER_NEW, HTTP_LISTENER_ON, HTTP_LISTENER_ENDED } phase;
};

// `json` is one JSON value. Without memory for it the event is left out.
void http_events_state(struct http_events *events, const char *json);
void http_events_alert(struct http_events *events, const char *json);
// Listeners are then over. `json`, for a last event, may be NULL.
void http_events_end(struct http_events *events, const char *json);
void http_events_free(struct http_events *events);

// A listener gets no alert that came before it: the state has those that last.
void http_events_join(const struct http_events *events, struct http_listener *listener);
void http_events_leave(struct http_listener *listener);

// Its next bytes: how many; 0: none at the moment; -1: it was sent the end.
ssize_t http_events_read(const struct http_events *events, struct http_listener *listener, char *out,
                         size_t size);

#endif
