// libcurl on the caller's epoll. One file, because one only may use libcurl. Three things here are not
// obvious:
// - libcurl walks the connections of a multi handle for each request, so exchanges are spread over several
//   multi handles. They are filled in order: the first ones stay busy, and their idle connections are used
//   again.
// - libcurl silently sends a request again when a kept-alive connection closes without an answer. The
//   provider may have admitted and billed the first one, so a second departure is stopped here and told as a
//   broken connection.
// - libcurl reads all certificate authorities again for each connection (20 ms and a megabyte each) unless
//   they come from one file and no directory is searched.
#include "exchange/transfer.h"

#include "exchange/sockets.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/proxy.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define LANE_MOST 128U // exchanges of one multi handle
#define RECEIVE_BUFFER 8192L
#define SEND_BUFFER 16384L
#define ID_HEADER "X-Client-Request-Id: "

// Bodies of all exchanges together. Beyond it a body may be as large as a good answer usually is, and no
// larger.
#define BODIES_FREE ((size_t)64 << 20)
#define BODY_SHARE ((size_t)512 << 10)

struct lane {
    CURLM *multi;
    struct transfers *transfers;
    uint32_t count;
    uint64_t deadline; // when libcurl wants curl_multi_socket_action()
};

struct transfer {
    struct transfer *next;   // in the pool of free ones
    struct transfer *before; // made before this one
    struct transfers *transfers;
    struct lane *lane;
    CURL *easy;
    void *owner;
    const char *url;           // that it is set to; NULL: none
    const struct proxy *proxy; // of its route
    struct curl_slist header;  // the one header of its own; those of its route follow
    char id_header[sizeof(ID_HEADER) + REQUEST_ID_SIZE];
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
    struct proxy proxy[BOUNDS_SESSIONS];                    // of each route; NULLs: none
    struct transfer *pool;
    struct transfer *newest; // of all that were made
    uint32_t made, count;
    size_t body_bytes; // held by all exchanges
    struct lane *lane;
    uint32_t lanes;
    struct sockets sockets;
};

// ---- sockets ----

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *assigned) {
    struct lane *lane = context;
    uint32_t events = 0;
    (void)easy;
    (void)assigned;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) {
        events |= EPOLLIN;
    }
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) {
        events |= EPOLLOUT;
    }
    return sockets_want(&lane->transfers->sockets, fd, events, (uint32_t)(lane - lane->transfers->lane));
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    struct transfer *transfer = context;
    (void)purpose;
    int fd =
        sockets_open(&transfer->transfers->sockets, address->family, address->socktype, address->protocol);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        transfer->no_descriptor = true;
    }
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int close_socket(void *context, curl_socket_t fd) {
    struct transfers *transfers = context;
    return sockets_close(&transfers->sockets, fd);
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
    struct lane *lane = context;
    (void)multi;
    lane->deadline = milliseconds < 0 ? CLOCK_NEVER : clock_now() + (uint64_t)milliseconds * CLOCK_MS;
    return 0;
}

// ---- one exchange ----

// The second departure of one exchange is libcurl's own idea.
static int on_departure(void *context, char *to, char *from, int to_port, int from_port) {
    struct transfer *transfer = context;
    (void)to, (void)from, (void)to_port, (void)from_port;
    return ++transfer->departures == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *context) {
    struct transfer *transfer = context;
    struct transfers *transfers = transfer->transfers;
    size_t most = transfers->config.max_answer;
    (void)one;
    if (transfers->body_bytes > BODIES_FREE && most > BODY_SHARE) {
        most = BODY_SHARE;
    }
    if (!response_add_body(&transfer->response, bytes, length, most)) {
        return 0;
    }
    transfers->body_bytes += length;
    return length;
}

static size_t on_header(char *bytes, size_t one, size_t length, void *context) {
    struct transfer *transfer = context;
    struct transfers *transfers = transfer->transfers;
    (void)one;
    if (!response_add_header(&transfer->response, bytes, length)) {
        return 0;
    }
    if (transfers->header != NULL) {
        transfers->header(transfers->context, transfer->owner, bytes, length);
    }
    return length;
}

#define SET(option, value) failed = failed || curl_easy_setopt(easy, option, value) != CURLE_OK

static bool set_callbacks(struct transfer *transfer) {
    CURL *easy = transfer->easy;
    bool failed = false;
    SET(CURLOPT_PRIVATE, (void *)transfer);
    SET(CURLOPT_ERRORBUFFER, transfer->error);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, (void *)transfer);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, (void *)transfer);
    SET(CURLOPT_PREREQFUNCTION, on_departure);
    SET(CURLOPT_PREREQDATA, (void *)transfer);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, (void *)transfer);
    SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    SET(CURLOPT_CLOSESOCKETDATA, (void *)transfer->transfers);
    return !failed;
}

static bool set_authorities(CURL *easy) {
    const char *file = getenv("SSL_CERT_FILE");
    bool failed = false;
    if (file != NULL && file[0] != '\0') {
        SET(CURLOPT_CAINFO, file);
    }
    if (file != NULL || curl_version_info(CURLVERSION_NOW)->cainfo != NULL) {
        SET(CURLOPT_CAPATH, NULL);
    }
    return !failed;
}

static bool set_options(struct transfer *transfer) {
    const struct transfer_config *config = &transfer->transfers->config;
    CURL *easy = transfer->easy;
    bool failed = false;
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_HTTPHEADER, &transfer->header);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_NOPROGRESS, 1L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_TCP_NODELAY, 1L);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip"); // response.c breaks off what comes in another encoding
    SET(CURLOPT_PROXY, "");               // see set_route(); libcurl would look for one at each request
    SET(CURLOPT_NOPROXY, "");
    SET(CURLOPT_USERAGENT, "ration/" RATION_VERSION);
    SET(CURLOPT_TIMEOUT_MS, (long)(config->timeout / CLOCK_MS));
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(config->connect_timeout / CLOCK_MS));
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)config->max_answer);
    SET(CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
    SET(CURLOPT_UPLOAD_BUFFERSIZE, SEND_BUFFER);
    return !failed;
}

static struct transfer *make_transfer(struct transfers *transfers) {
    struct transfer *transfer = calloc(1, sizeof(*transfer));
    if (transfer == NULL) {
        return NULL;
    }
    memcpy(transfer->id_header, ID_HEADER, sizeof(ID_HEADER));
    transfer->transfers = transfers;
    transfer->header = (struct curl_slist){.data = transfer->id_header};
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL || !set_callbacks(transfer) || !set_options(transfer) ||
        !set_authorities(transfer->easy)) {
        if (transfer->easy != NULL) {
            curl_easy_cleanup(transfer->easy);
        }
        free(transfer);
        return NULL;
    }
    transfer->before = transfers->newest;
    transfers->newest = transfer;
    transfers->made++;
    return transfer;
}

static void give_back(struct transfer *transfer) {
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
        *request_id = transfer->id_header + sizeof(ID_HEADER) - 1;
    }
    return transfer;
}

// libcurl keeps the list of headers itself, not a copy: its tail may change between two exchanges.
static bool set_route(struct transfer *transfer, uint32_t session) {
    struct transfers *transfers = transfer->transfers;
    if (session >= transfers->config.routes->count) {
        log_panic("session %u has no route", session);
    }
    const char *url = transfers->config.routes->route[session].url;
    transfer->header.next = transfers->common[session];
    transfer->proxy = &transfers->proxy[session];
    if (transfer->url == NULL || strcmp(transfer->url, url) != 0) {
        const char *proxy = transfer->proxy->url != NULL ? transfer->proxy->url : "";
        bool set = curl_easy_setopt(transfer->easy, CURLOPT_URL, url) == CURLE_OK &&
                   curl_easy_setopt(transfer->easy, CURLOPT_PROXY, proxy) == CURLE_OK;
        transfer->url = set ? url : NULL;
    }
    return transfer->url != NULL;
}

int transfer_start(struct transfers *transfers, struct transfer *transfer, void *owner, uint32_t session,
                   const struct text *body, bool fresh) {
    CURL *easy = transfer->easy;
    bool failed = !set_route(transfer, session);
    transfer->owner = owner;
    transfer->departures = 0;
    transfer->no_descriptor = false;
    transfer->error[0] = '\0';
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->length);
    SET(CURLOPT_POSTFIELDS, body->bytes);
    SET(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    uint32_t i = 0;
    while (i < transfers->lanes - 1 && transfers->lane[i].count >= LANE_MOST) {
        i++;
    }
    transfer->lane = &transfers->lane[i];
    if (failed || curl_multi_add_handle(transfer->lane->multi, easy) != CURLM_OK) {
        give_back(transfer);
        return -1;
    }
    transfer->lane->count++;
    transfers->count++;
    return 0;
}

// ---- running ----

static enum exchange_fault fault_of(CURLcode code, const struct transfer *transfer) {
    if (transfer->response.body.failed || code == CURLE_OUT_OF_MEMORY) {
        return EXCHANGE_NO_MEMORY;
    }
    if (transfer->response.encoded) {
        return EXCHANGE_ENCODED;
    }
    if (transfer->response.too_large || code == CURLE_FILESIZE_EXCEEDED) {
        return EXCHANGE_TOO_LARGE;
    }
    switch (code) {
    case CURLE_OK:
        return EXCHANGE_WHOLE;
    case CURLE_OPERATION_TIMEDOUT:
        return EXCHANGE_TIMED_OUT;
    default:
        return EXCHANGE_BROKEN;
    }
}

// What waiting alone may not mend.
static enum ledger_unreachable unreachable_of(CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return LEDGER_NO_NAME;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return LEDGER_NO_TRUST;
    default:
        return LEDGER_REACHABLE;
    }
}

static const char *error_of(CURLcode code, struct transfer *transfer) {
    if (code == CURLE_OK) {
        return "";
    }
    if (transfer->response.encoded) {
        (void)snprintf(
            transfer->error, sizeof(transfer->error),
            "the body comes in the encoding \"%s\", which was not asked for and is not unpacked; gzip is",
            transfer->response.headers.encoding);
        return transfer->error;
    }
    if (transfer->departures > 1) {
        return "the connection closed before an answer came";
    }
    return transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code);
}

// With the proxy in it, where one stands between.
static const char *whole_error_of(CURLcode code, struct transfer *transfer, char *out, size_t size) {
    const char *error = error_of(code, transfer);
    if (code == CURLE_OK || transfer->response.encoded || transfer->proxy->url == NULL) {
        return error;
    }
    (void)snprintf(out, size, "through the proxy that %s names: %s", transfer->proxy->variable, error);
    return out;
}

static void finish(struct transfers *transfers, CURL *easy, CURLcode code) {
    struct transfer *transfer = NULL;
    long status = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_multi_remove_handle(transfer->lane->multi, easy);
    transfer->lane->count--;
    transfers->count--;
    char error[CURL_ERROR_SIZE + 80];
    struct transfer_result result = {
        .owner = transfer->owner,
        .fault = fault_of(code, transfer),
        .sent = transfer->departures > 0,
        .no_descriptor = code != CURLE_OK && transfer->departures == 0 && transfer->no_descriptor,
        .status = status,
        .body = transfer->response.body.bytes,
        .length = transfer->response.body.length,
        .headers = &transfer->response.headers,
        .error = whole_error_of(code, transfer, error, sizeof(error)),
        .unreachable = unreachable_of(code),
    };
    transfers->done(transfers->context, &result);
    give_back(transfer);
}

static void collect(struct transfers *transfers, struct lane *lane) {
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

void transfer_run(struct transfers *transfers, uint64_t now) {
    for (uint32_t i = 0; i < transfers->lanes; i++) {
        struct lane *lane = &transfers->lane[i];
        int running;
        if (lane->deadline <= now) {
            lane->deadline = CLOCK_NEVER; // libcurl sets the next one from inside
            (void)curl_multi_socket_action(lane->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        collect(transfers, lane);
    }
}

uint32_t transfer_count(const struct transfers *transfers) {
    return transfers->count;
}

// ---- beginning and end ----

static const char *variable(const char *name) {
    return getenv(name);
}

static void chain_common(struct transfers *transfers) {
    const struct routes *routes = transfers->config.routes;
    for (uint32_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->route[i];
        (void)proxy_choose(route->url, variable, &transfers->proxy[i]);
        for (uint32_t line = 0; line < route->lines; line++) {
            struct curl_slist *node = &transfers->common[i][line];
            *node = (struct curl_slist){.data = route->line[line]};
            node->next = line + 1 < route->lines ? node + 1 : NULL;
        }
    }
}

static bool open_lane(struct transfers *transfers, struct lane *lane) {
    *lane = (struct lane){.multi = curl_multi_init(), .transfers = transfers, .deadline = CLOCK_NEVER};
    return lane->multi != NULL &&
           curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_MAXCONNECTS, (long)LANE_MOST) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING) == CURLM_OK;
}

struct transfers *transfer_open(const struct transfer_config *config, transfer_done *done,
                                transfer_header *header, void *context) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return NULL;
    }
    struct transfers *transfers = calloc(1, sizeof(*transfers));
    if (transfers == NULL) {
        curl_global_cleanup();
        return NULL;
    }
    transfers->config = *config;
    transfers->sockets.epoll_fd = config->epoll_fd;
    transfers->done = done;
    transfers->header = header;
    transfers->context = context;
    uint32_t lanes = (config->most + LANE_MOST - 1) / LANE_MOST;
    transfers->lane = calloc(lanes, sizeof(*transfers->lane));
    bool opened = transfers->lane != NULL;
    chain_common(transfers);
    for (uint32_t i = 0; opened && i < lanes; i++) {
        transfers->lanes++;
        opened = open_lane(transfers, &transfers->lane[i]);
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
    curl_global_cleanup();
}
