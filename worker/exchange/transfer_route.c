#include "exchange/transfer_parts.h"
#include "ration/invariant.h"

#include <stdlib.h>
#include <string.h>

static const char *variable(const char *name) {
    return getenv(name);
}

void transfer_route_prepare(struct transfers *transfers) {
    const struct routes *routes = transfers->config.routes;
    for (uint32_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->route[i];
        (void)proxy_choose(route->url[0], variable, &transfers->proxy[i]);
        for (uint32_t line = 0; line < route->head.lines; line++) {
            struct curl_slist *node = &transfers->common[i][line];
            *node = (struct curl_slist){.data = route->head.line[line]};
            node->next = line + 1 < route->head.lines ? node + 1 : NULL;
        }
    }
}

// SigV4, over all headers of the request.
static bool set_signing(struct transfer *transfer, const struct route *route) {
    CURL *easy = transfer->easy;
    if (route->head.signing != NULL) {
        transfer->signs = true;
        return curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, route->head.signing) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_USERPWD, route->head.credentials) == CURLE_OK;
    }
    if (!transfer->signs) {
        return true;
    }
    transfer->signs = false;
    return curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, NULL) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERPWD, NULL) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK;
}

// libcurl keeps the list of headers itself, not a copy: its tail may change between two exchanges.
bool transfer_route_set(struct transfer *transfer, uint32_t session, uint32_t endpoint) {
    struct transfers *transfers = transfer->transfers;
    INVARIANT(session < transfers->config.routes->count, "session %u has no route", session);
    const struct route *route = &transfers->config.routes->route[session];
    const char *url = route->url[endpoint];
    if (!set_signing(transfer, route)) {
        return false;
    }
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
