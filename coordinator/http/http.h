// The HTTP server of a run: dashboard, metrics, state, events, and a few changing calls. It lives in the
// supervising loop and takes a bounded share of its time, connections and memory, whatever its clients do.
#ifndef RATION_HTTP_H
#define RATION_HTTP_H

#include "config/listen_address.h"
#include "config/listen_names.h"
#include "http/http_reply.h"

#include <stdint.h>

struct http;

// Listens; who calls waits until http_attach(). `names` by which it may be called besides its address are
// copied; NULL: there are none. NULL after telling.
struct http *http_open(const struct listen_address *listen, const struct listen_names *names);

// Hooks it into an epoll: its events come with data.u32 = tag. `token` may be NULL: nothing can be changed
// then. 0, or -1 with errno.
int http_attach(struct http *http, int epoll_fd, uint32_t tag, const struct http_hooks *hooks,
                const char *token);

// Where it listens: the port is the true one.
const struct listen_address *http_listening(const struct http *http);

// An event of its tag; also called when http_wait() is over.
void http_event(struct http *http);

// Each 100 ms: time-outs, the listeners' news, and a new share of time.
void http_tick(struct http *http, uint64_t now);

// The most milliseconds that the loop may wait for events: `most`, or 0.
int http_wait(const struct http *http, int most);

// The loop is over: `epoll_fd` may be closed. Answers again in http_close().
void http_detach(struct http *http);

// Tells the listeners. `json` is one JSON object.
void http_alert(struct http *http, const char *json);

// Tells the listeners that the run has ended, with its last status, which those hear who come later.
void http_end(struct http *http, const char *json);
// After http_detach(): answers, waiting at most `most` milliseconds for it, or until `other_fd` can be read.
void http_linger(struct http *http, int other_fd, int most, uint64_t now);

// Tells the listeners that the run has ended, with its last status, and closes. `http` and `json` may be
// NULL.
void http_close(struct http *http, const char *json);

#endif
