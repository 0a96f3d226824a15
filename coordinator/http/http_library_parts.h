// What the two files of the library's seam share: http_library.c and http_library_exchange.c, which alone use
// libmicrohttpd. Private to them.
#ifndef RATION_HTTP_LIBRARY_PARTS_H
#define RATION_HTTP_LIBRARY_PARTS_H

#include "http/http_library.h"
#include "http/http_watch.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct http_exchange {
    struct MHD_Connection *connection;
    const char *path, *method; // the library's, good while a callback runs
    struct http_stream_calls stream;
    bool asleep;
    bool answered;
    size_t length;
    char body[HTTP_BODY_MOST];
};

struct http_response {
    struct MHD_Response *response;
};

// Of its connection; NULL: it is not watched.
struct http_watched *http_library_watched(struct MHD_Connection *connection);

#endif
