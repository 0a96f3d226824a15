// What the files of transfer share: transfer.c and transfer_*.c, which alone use libcurl. Private to them.
#ifndef RATION_TRANSFER_PARTS_H
#define RATION_TRANSFER_PARTS_H

#include "exchange/sockets.h"
#include "exchange/transfer.h"
#include "ration/proxy.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRANSFER_LANE_MOST 128U // exchanges of one multi handle
#define TRANSFER_ID_HEADER "X-Client-Request-Id: "

struct transfer_lane {
    CURLM *multi;
    struct transfers *transfers;
    uint32_t count;
    uint64_t deadline; // when libcurl wants curl_multi_socket_action()
};

struct transfer {
    struct transfer *next;   // in the pool of free ones
    struct transfer *before; // made before this one
    struct transfers *transfers;
    struct transfer_lane *lane;
    CURL *easy;
    void *owner;
    const char *url;           // that it is set to; NULL: none
    CURLU *parsed;             // the same, so that libcurl does not parse it for each exchange; NULL: none
    const struct proxy *proxy; // of its route
    bool signs;                // likewise
    struct curl_slist header;  // the one header of its own; those of its route follow
    char id_header[sizeof(TRANSFER_ID_HEADER) + REQUEST_ID_SIZE];
    struct response response;
    unsigned departures;
    bool no_descriptor; // this process had none left for the connection
    char error[CURL_ERROR_SIZE];
};

struct transfers {
    struct transfer_config config;
    transfer_done *done;
    transfer_header *header;
    void *context;
    struct curl_slist common[BOUNDS_SESSIONS][ROUTE_LINES]; // the lines of each route
    struct curl_slist large[BOUNDS_SESSIONS];               // before them, where a body is large
    struct proxy proxy[BOUNDS_SESSIONS];                    // of each route; NULLs: none
    struct transfer *pool;
    struct transfer *newest; // of all that were made
    uint32_t made, count;
    size_t body_bytes; // held by all exchanges
    struct transfer_lane *lane;
    uint32_t lanes;
    struct sockets sockets;
};

// ---- transfer_lane.c: a multi handle, whose sockets stand in the caller's epoll ----

// False when out of memory; `lane` can be closed in any case.
bool transfer_lane_open(struct transfer_lane *lane, struct transfers *transfers);

// ---- transfer_easy.c: the handle of one exchange, with all that never changes ----

// False when out of memory; transfer->easy is NULL then.
bool transfer_easy_open(struct transfer *transfer);

// ---- transfer_route.c: where the exchanges of a session go ----

// Once, for all routes.
void transfer_route_prepare(struct transfers *transfers);
// The next exchange is that session's, with a body of so many bytes. False when out of memory.
bool transfer_route_set(struct transfer *transfer, uint32_t session, uint32_t endpoint, size_t body);

// ---- transfer_told.c: what an exchange came to, in our words ----

#define TRANSFER_TOLD_SIZE (CURL_ERROR_SIZE + 80)

// What `code` and the response tell. The result's texts stand in `transfer` and in `told`.
void transfer_told(CURLcode code, struct transfer *transfer, char told[TRANSFER_TOLD_SIZE],
                   struct transfer_result *result);

#endif
