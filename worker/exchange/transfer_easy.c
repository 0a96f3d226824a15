// Two things here are not obvious:
// - libcurl silently sends a request again when a kept-alive connection closes without an answer. The
//   provider may have admitted and billed the first one, so a second departure is stopped here and told as a
//   broken connection.
// - libcurl reads all certificate authorities again for each connection (20 ms and a megabyte each) unless
//   they come from one file and no directory is searched.
#include "exchange/transfer_parts.h"
#include "ration/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RECEIVE_BUFFER 8192L
#define SEND_BUFFER 16384L

// Bodies of all exchanges together. Beyond it a body may be as large as a good answer usually is, and no
// larger.
#define BODIES_FREE ((size_t)64 << 20)
#define BODY_SHARE ((size_t)512 << 10)

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
    SET(CURLOPT_PROXY, ""); // see transfer_route_set(); libcurl would look for one at each request
    SET(CURLOPT_NOPROXY, "");
    SET(CURLOPT_USERAGENT, "ration/" RATION_VERSION);
    SET(CURLOPT_TIMEOUT_MS, (long)(config->timeout / CLOCK_MS));
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(config->connect_timeout / CLOCK_MS));
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)config->max_answer);
    SET(CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
    SET(CURLOPT_UPLOAD_BUFFERSIZE, SEND_BUFFER);
    return !failed;
}

bool transfer_easy_open(struct transfer *transfer) {
    memcpy(transfer->id_header, TRANSFER_ID_HEADER, sizeof(TRANSFER_ID_HEADER));
    transfer->header = (struct curl_slist){.data = transfer->id_header};
    transfer->easy = curl_easy_init();
    if (transfer->easy != NULL &&
        (!set_callbacks(transfer) || !set_options(transfer) || !set_authorities(transfer->easy))) {
        curl_easy_cleanup(transfer->easy);
        transfer->easy = NULL;
    }
    return transfer->easy != NULL;
}
