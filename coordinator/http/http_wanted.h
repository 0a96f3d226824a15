// The server that the options ask for.
#ifndef RATION_HTTP_WANTED_H
#define RATION_HTTP_WANTED_H

#include "config/options.h"
#include "http/http.h"
#include "http/http_token.h"

// Checks the options of the server, reads the token of --http-token-file ("" without) and listens. *http is
// NULL where none is asked for. 0, or -1 after telling; then *http is NULL.
int http_wanted_open(const struct options *options, char token[HTTP_TOKEN_SIZE], struct http **http);

#endif
