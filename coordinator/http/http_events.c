#include "http/http_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_events_text {
    unsigned users;
    size_t length;
    char bytes[];
};

// What a listener hears first: how long its browser waits before it comes again, in milliseconds.
#define GREETING "retry: 2000\n\n"

static void let_go(struct http_events_text **text) {
    if (*text != NULL && --(*text)->users == 0) {
        free(*text);
    }
    *text = NULL;
}

static struct http_events_text *hold(struct http_events_text *text) {
    text->users++;
    return text;
}

static struct http_events_text *text_of(const char *name, const char *json) {
    size_t size = strlen(name) + strlen(json) + sizeof("event: \ndata: \n\n");
    struct http_events_text *text = malloc(sizeof(*text) + size);
    if (text == NULL) {
        return NULL;
    }
    text->users = 1;
    int head = snprintf(text->bytes, size, "event: %s\ndata: ", name);
    char *out = text->bytes + head;
    for (; *json != '\0'; json++) {
        *out++ = *json == '\n' || *json == '\r' ? ' ' : *json; // a blank between its parts; never in a string
    }
    memcpy(out, "\n\n", 2);
    text->length = (size_t)(out + 2 - text->bytes);
    return text;
}

void http_events_state(struct http_events *events, const char *json) {
    struct http_events_text *text = text_of("status", json);
    if (text != NULL) {
        let_go(&events->state);
        events->state = text;
        events->states++;
    }
}

void http_events_alert(struct http_events *events, const char *json) {
    struct http_events_text *text = text_of("alert", json);
    if (text != NULL) {
        struct http_events_text **place = &events->alert[events->alerts++ % HTTP_EVENTS_ALERTS];
        let_go(place);
        *place = text;
    }
}

void http_events_end(struct http_events *events, const char *json) {
    struct http_events_text *text = json != NULL ? text_of("end", json) : NULL;
    events->over = true;
    if (text != NULL) {
        let_go(&events->end);
        events->end = text;
    }
}

void http_events_free(struct http_events *events) {
    let_go(&events->state);
    let_go(&events->end);
    for (size_t i = 0; i < HTTP_EVENTS_ALERTS; i++) {
        let_go(&events->alert[i]);
    }
}

void http_events_join(const struct http_events *events, struct http_listener *listener) {
    *listener = (struct http_listener){.alerts = events->alerts};
}

void http_events_leave(struct http_listener *listener) {
    let_go(&listener->text);
}

// What it is to be sent next; NULL: nothing.
static struct http_events_text *next_for(const struct http_events *events, struct http_listener *listener) {
    if (events->alerts - listener->alerts > HTTP_EVENTS_ALERTS) {
        listener->alerts = events->alerts - HTTP_EVENTS_ALERTS;
    }
    if (listener->alerts < events->alerts) {
        return hold(events->alert[listener->alerts++ % HTTP_EVENTS_ALERTS]);
    }
    if (listener->states < events->states) {
        listener->states = events->states;
        return hold(events->state);
    }
    if (events->end != NULL && listener->phase != HTTP_LISTENER_ENDED) {
        listener->phase = HTTP_LISTENER_ENDED;
        return hold(events->end);
    }
    return NULL;
}

ssize_t http_events_read(const struct http_events *events, struct http_listener *listener, char *out,
                         size_t size) {
    if (listener->phase == HTTP_LISTENER_NEW && size >= strlen(GREETING)) {
        listener->phase = HTTP_LISTENER_ON;
        memcpy(out, GREETING, strlen(GREETING));
        return (ssize_t)strlen(GREETING);
    }
    if (listener->text == NULL) {
        listener->text = next_for(events, listener);
        listener->sent = 0;
    }
    if (listener->text == NULL) {
        return events->over ? -1 : 0;
    }
    size_t left = listener->text->length - listener->sent;
    size_t count = left < size ? left : size;
    memcpy(out, listener->text->bytes + listener->sent, count);
    listener->sent += count;
    if (count == left) {
        let_go(&listener->text);
    }
    return (ssize_t)count;
}
