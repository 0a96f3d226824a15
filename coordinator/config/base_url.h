// Checks a base URL before anything is sent. Pure. (What libcurl makes of it later is up to the worker.)
#ifndef RATION_BASE_URL_H
#define RATION_BASE_URL_H

#include <stdbool.h>

// What is wrong with `url`, in words, or NULL: http or https, a host, no user, query or fragment.
const char *base_url_problem(const char *url);

// The key stays private on the way: https, or a host that is this machine.
bool base_url_private(const char *url);

#endif
