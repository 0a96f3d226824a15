#include "exchange/transfer_parts.h"
#include "ration/invariant.h"

#include <stdlib.h>
#include <string.h>

// libcurl looks at each header line a dozen times, so "Expect:", which forbids a line of its own for bodies
// of a megabyte, is given to it with large bodies alone.
#define EXPECT "Expect:"
#define LARGE_BODY ((size_t)64 << 10)

static const char *variable(const char *name) {
    return getenv(name);
}

void transfer_route_prepare(struct transfers *transfers) {
    const struct routes *routes = transfers->config.routes;
    for (uint32_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->route[i];
        (void)proxy_choose(route->url[0], variable, &transfers->proxy[i]);
        struct curl_slist *last = &transfers->large[i];
        *last = (struct curl_slist){0};
        for (uint32_t line = 0; line < route->head.lines; line++) {
            bool large = strcmp(route->head.line[line], EXPECT) == 0;
            struct curl_slist *node = large ? &transfers->large[i] : &transfers->common[i][line];
            node->data = route->head.line[line];
            if (!large) {
                node->next = NULL;
                last = last->next = node;
            }
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

// libcurl parses a URL that it cannot read again, and tells what is wrong with it.
static bool set_url(struct transfer *transfer, const char *url) {
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME; // as libcurl itself parses it
    transfer->parsed = transfer->parsed != NULL ? transfer->parsed : curl_url();
    bool parsed =
        transfer->parsed != NULL && curl_url_set(transfer->parsed, CURLUPART_URL, url, flags) == CURLUE_OK;
    return curl_easy_setopt(transfer->easy, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(transfer->easy, CURLOPT_CURLU, parsed ? transfer->parsed : NULL) == CURLE_OK;
}

// libcurl keeps the list of headers itself, not a copy: its tail may change between two exchanges.
bool transfer_route_set(struct transfer *transfer, uint32_t session, uint32_t endpoint, size_t body) {
    struct transfers *transfers = transfer->transfers;
    INVARIANT(session < transfers->config.routes->count, "session %u has no route", session);
    const struct route *route = &transfers->config.routes->route[session];
    const char *url = route->url[endpoint];
    if (!set_signing(transfer, route)) {
        return false;
    }
    struct curl_slist *large = &transfers->large[session];
    transfer->header.next = body >= LARGE_BODY && large->data != NULL ? large : large->next;
    transfer->proxy = &transfers->proxy[session];
    if (transfer->url == NULL || strcmp(transfer->url, url) != 0) {
        const char *proxy = transfer->proxy->url != NULL ? transfer->proxy->url : "";
        bool set =
            set_url(transfer, url) && curl_easy_setopt(transfer->easy, CURLOPT_PROXY, proxy) == CURLE_OK;
        transfer->url = set ? url : NULL;
    }
    return transfer->url != NULL;
}
