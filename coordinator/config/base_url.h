// Checks a base URL before anything is sent. Pure. (What libcurl makes of it later is up to the worker.)
#ifndef RATION_BASE_URL_H
#define RATION_BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

// What is wrong with `url`, in words, or NULL: http or https, a host, no user, query or fragment.
const char *base_url_problem(const char *url);

// Likewise of a URL that alerts are posted to, which may have a query.
const char *base_url_webhook_problem(const char *url);

// A URL that ends in the path of an endpoint, as /v1/chat/completions, a slash or a query behind it or not,
// copied by hand from a page of the API: what was to be given instead is put into `out`. False: it does not,
// or `out` is too small.
bool base_url_endpoint(const char *url, char *out, size_t size);

// The key stays private on the way: https, or a host that is this machine.
bool base_url_private(const char *url);

#define BASE_URL_SHOWN_SIZE 256
// A URL, good or malformed, for a message: a user and password, a query, a fragment, and what may be a key
// instead of a URL are left out ("***"), and it is cut to its place. Returns `out`.
const char *base_url_shown(const char *url, char out[BASE_URL_SHOWN_SIZE]);

#endif
