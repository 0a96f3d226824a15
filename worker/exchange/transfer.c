// libcurl on the caller's epoll: the exchanges, from the pool to their end. libcurl walks the connections of
// a multi handle for each request, so exchanges are spread over several of them, the lanes. They are filled
// in order: the first ones stay busy, and their idle connections are used again.
#include "exchange/transfer.h"

#include "exchange/memory_pool.h"
#include "exchange/transfer_parts.h"
#include "ration/clock.h"
#include "ration/invariant.h"

#include <stdlib.h>
#include <sys/epoll.h>

static struct transfer *make_transfer(struct transfers *transfers) {
    struct transfer *transfer = calloc(1, sizeof(*transfer));
    if (transfer == NULL) {
        return NULL;
    }
    transfer->transfers = transfers;
    if (!transfer_easy_open(transfer)) {
        free(transfer);
        return NULL;
    }
    transfer->before = transfers->newest;
    transfers->newest = transfer;
    transfers->made++;
    return transfer;
}

static void give_back(struct transfer *transfer) {
    INVARIANT(transfer->response.body.length <= transfer->transfers->body_bytes,
              "a body is larger than all of them");
    transfer->transfers->body_bytes -= transfer->response.body.length;
    response_clear(&transfer->response);
    transfer->next = transfer->transfers->pool;
    transfer->transfers->pool = transfer;
}

struct transfer *transfer_take(struct transfers *transfers, char **request_id) {
    struct transfer *transfer = transfers->pool;
    if (transfer != NULL) {
        transfers->pool = transfer->next;
    } else if (transfers->made < transfers->config.most) {
        transfer = make_transfer(transfers);
    }
    if (transfer != NULL) {
        *request_id = transfer->id_header + sizeof(TRANSFER_ID_HEADER) - 1;
    }
    return transfer;
}

void transfer_rerouted(struct transfers *transfers) {
    if (transfers == NULL) {
        return;
    }
    transfer_route_prepare(transfers);
    for (struct transfer *transfer = transfers->newest; transfer != NULL; transfer = transfer->before) {
        transfer->url = NULL; // it was the old routes'
    }
}

static bool set_body(CURL *easy, const struct text *body, bool fresh) {
    return curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->length) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->bytes) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L) == CURLE_OK;
}

int transfer_start(struct transfers *transfers, struct transfer *transfer, void *owner, uint32_t session,
                   uint32_t endpoint, const struct text *body, bool fresh) {
    CURL *easy = transfer->easy;
    if (!transfer_route_set(transfer, session, endpoint, body->length) || !set_body(easy, body, fresh)) {
        give_back(transfer);
        return -1;
    }
    transfer->owner = owner;
    transfer->departures = 0;
    transfer->no_descriptor = false;
    transfer->error[0] = '\0';
    uint32_t i = 0;
    while (i < transfers->lanes - 1 && transfers->lane[i].count >= TRANSFER_LANE_MOST) {
        i++;
    }
    transfer->lane = &transfers->lane[i];
    if (curl_multi_add_handle(transfer->lane->multi, easy) != CURLM_OK) {
        give_back(transfer);
        return -1;
    }
    transfer->lane->count++;
    transfers->count++;
    INVARIANT(transfers->count <= transfers->made, "more exchanges are under way than were made");
    return 0;
}

// ---- running ----

static void finish(struct transfers *transfers, CURL *easy, CURLcode code) {
    struct transfer *transfer = NULL;
    char told[TRANSFER_TOLD_SIZE];
    struct transfer_result result;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    transfer_told(code, transfer, told, &result);
    (void)curl_multi_remove_handle(transfer->lane->multi, easy);
    INVARIANT(transfer->lane->count > 0 && transfer->lane->count <= transfers->count,
              "an exchange ends that was not under way");
    transfer->lane->count--;
    transfers->count--;
    transfers->done(transfers->context, &result);
    give_back(transfer);
}

static void collect(struct transfers *transfers, struct transfer_lane *lane) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(lane->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            finish(transfers, message->easy_handle, message->data.result);
        }
    }
}

void transfer_event(struct transfers *transfers, int fd, uint32_t events) {
    uint32_t lane;
    int running;
    int what = 0;
    if (!sockets_wanted(&transfers->sockets, fd, &lane)) {
        return;
    }
    what |= events & EPOLLIN ? CURL_CSELECT_IN : 0;
    what |= events & EPOLLOUT ? CURL_CSELECT_OUT : 0;
    what |= events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0;
    (void)curl_multi_socket_action(transfers->lane[lane].multi, fd, what, &running);
}

uint64_t transfer_deadline(const struct transfers *transfers) {
    uint64_t deadline = CLOCK_NEVER;
    for (uint32_t i = 0; i < transfers->lanes; i++) {
        if (transfers->lane[i].deadline < deadline) {
            deadline = transfers->lane[i].deadline;
        }
    }
    return deadline;
}

static void run_lane(struct transfer_lane *lane, uint64_t now) {
    int running;
    if (lane->deadline <= now) {
        lane->deadline = CLOCK_NEVER; // libcurl sets the next one from inside
        (void)curl_multi_socket_action(lane->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

void transfer_run(struct transfers *transfers, uint64_t now) {
    for (uint32_t i = 0; i < transfers->lanes; i++) {
        run_lane(&transfers->lane[i], now);
        collect(transfers, &transfers->lane[i]);
    }
}

void transfer_leave(struct transfers *transfers) {
    uint64_t now = clock_now();
    for (uint32_t i = 0; i < transfers->lanes; i++) {
        run_lane(&transfers->lane[i], now);
    }
}

uint32_t transfer_count(const struct transfers *transfers) {
    return transfers != NULL ? transfers->count : 0;
}

// ---- beginning and end ----

static void end_libcurl(void) {
    curl_global_cleanup();
    memory_pool_end();
}

struct transfers *transfer_open(const struct transfer_config *config, transfer_done *done,
                                transfer_header *header, void *context) {
    memory_pool_begin();
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, memory_pool_take, memory_pool_give, memory_pool_take_again,
                             memory_pool_take_copy, memory_pool_take_clean) != CURLE_OK) {
        return NULL;
    }
    struct transfers *transfers = calloc(1, sizeof(*transfers));
    if (transfers == NULL) {
        end_libcurl();
        return NULL;
    }
    transfers->config = *config;
    transfers->sockets.epoll_fd = config->epoll_fd;
    transfers->done = done;
    transfers->header = header;
    transfers->context = context;
    uint32_t lanes = (config->most + TRANSFER_LANE_MOST - 1) / TRANSFER_LANE_MOST;
    transfers->lane = calloc(lanes, sizeof(*transfers->lane));
    bool opened = transfers->lane != NULL;
    transfer_route_prepare(transfers);
    for (uint32_t i = 0; opened && i < lanes; i++) {
        transfers->lanes++;
        opened = transfer_lane_open(&transfers->lane[i], transfers);
    }
    if (!opened) {
        transfer_close(transfers);
        return NULL;
    }
    return transfers;
}

static void free_transfer(struct transfer *transfer) {
    if (transfer->lane != NULL) {
        (void)curl_multi_remove_handle(transfer->lane->multi, transfer->easy);
    }
    curl_easy_cleanup(transfer->easy);
    curl_url_cleanup(transfer->parsed);
    response_free(&transfer->response);
    free(transfer);
}

void transfer_close(struct transfers *transfers) {
    while (transfers->newest != NULL) {
        struct transfer *transfer = transfers->newest;
        transfers->newest = transfer->before;
        free_transfer(transfer);
    }
    for (uint32_t i = 0; transfers->lane != NULL && i < transfers->lanes; i++) {
        if (transfers->lane[i].multi != NULL) {
            (void)curl_multi_cleanup(transfers->lane[i].multi);
        }
    }
    sockets_free(&transfers->sockets);
    free(transfers->lane);
    free(transfers);
    end_libcurl();
}
