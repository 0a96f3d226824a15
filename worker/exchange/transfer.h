// HTTP exchanges, thousands at once, on connections that are kept alive. Only
// transfer.c and transfer_*.c use libcurl. They own no loop: their sockets stand in the caller's epoll, and
// they say when they next want to run.
#ifndef RATION_TRANSFER_H
#define RATION_TRANSFER_H

#include "exchange/classify.h"
#include "exchange/request_id.h"
#include "exchange/response.h"
#include "exchange/routes.h"
#include "ration/ledger.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct transfers;

struct transfer_config {
    const struct routes *routes;
    uint32_t most; // exchanges at once
    uint64_t timeout;
    uint64_t connect_timeout;
    uint64_t max_answer; // bytes of a body, as sent and as unpacked
    int epoll_fd;
};

// One exchange that has ended. Valid during transfer_done only.
struct transfer_result {
    void *owner; // as given to transfer_start()
    enum exchange_fault fault;
    bool sent;          // the request was, or may have been, put on the wire
    bool no_descriptor; // it was not: this machine had no descriptor left for a connection
    long status;
    const char *body;
    size_t length;
    const struct response_headers *headers;
    const char *error;                   // of the exchange, in words; "" when it was whole
    enum ledger_unreachable unreachable; // why no connection came about, if that is known
};

// Called from transfer_run() for each exchange that ended; may call transfer_start().
typedef void transfer_done(void *context, const struct transfer_result *result);
// Each header line of the final response, as it comes, line end included.
typedef void transfer_header(void *context, void *owner, const char *line, size_t length);

// The routes must outlive it. NULL when out of memory. `header` may be NULL.
struct transfers *transfer_open(const struct transfer_config *config, transfer_done *done,
                                transfer_header *header, void *context);
// Breaks off what is under way, without calling back.
void transfer_close(struct transfers *transfers);

// The routes have changed, in place: from the next departure on the new ones count. NULL: there are no
// transfers.
void transfer_rerouted(struct transfers *transfers);

// Where the caller writes the X-Client-Request-Id of the next exchange (at most REQUEST_ID_SIZE bytes, see
// request_id()); NULL when `most` are under way or out of memory.
struct transfer;
struct transfer *transfer_take(struct transfers *transfers, char **request_id);
// Starts it at the next transfer_run(), on the route of that session, to that endpoint. `fresh`: over a
// connection of its own. The body stays the caller's and must stand until it is done. 0, or -1 when out of
// memory (the transfer is then given back).
int transfer_start(struct transfers *transfers, struct transfer *transfer, void *owner, uint32_t session,
                   uint32_t endpoint, const struct text *body, bool fresh);

// The descriptor is one of ours, as registered in epoll with data.fd.
void transfer_event(struct transfers *transfers, int fd, uint32_t events);

// When transfer_run() wants to be called next: monotonic, CLOCK_NEVER: not before an event.
uint64_t transfer_deadline(const struct transfers *transfers);
void transfer_run(struct transfers *transfers, uint64_t now);
// What was started leaves at once. No exchange ends meanwhile, as far as the caller sees.
void transfer_leave(struct transfers *transfers);

// NULL: none.
uint32_t transfer_count(const struct transfers *transfers);

#endif
