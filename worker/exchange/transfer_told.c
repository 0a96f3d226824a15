#include "exchange/transfer_parts.h"

#include <stdio.h>

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

void transfer_told(CURLcode code, struct transfer *transfer, char told[TRANSFER_TOLD_SIZE],
                   struct transfer_result *result) {
    *result = (struct transfer_result){
        .owner = transfer->owner,
        .fault = fault_of(code, transfer),
        .sent = transfer->departures > 0,
        .no_descriptor = code != CURLE_OK && transfer->departures == 0 && transfer->no_descriptor,
        .body = transfer->response.body.bytes,
        .length = transfer->response.body.length,
        .headers = &transfer->response.headers,
        .error = whole_error_of(code, transfer, told, TRANSFER_TOLD_SIZE),
        .unreachable = unreachable_of(code),
    };
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &result->status);
}
