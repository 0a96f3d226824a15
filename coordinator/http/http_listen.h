// The socket of the HTTP server.
#ifndef RATION_HTTP_LISTEN_H
#define RATION_HTTP_LISTEN_H

#include "config/listen_address.h"

// A listening socket, close-on-exec and non-blocking; `listen` then has the true port. -1 with errno.
int http_listen_open(struct listen_address *listen);

#endif
