#include "plan/preflight_fetch.h"

#include "ration/proxy.h"
#include "system/signals.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 10000L
#define CONNECT_MS 5000L
#define BODY_MOST ((size_t)16 << 20)

static size_t on_body(char *bytes, size_t one, size_t length, void *context) {
    struct text *body = context;
    (void)one;
    text_add(body, bytes, length);
    return body->failed || body->length > BODY_MOST ? 0 : length;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)context, (void)a, (void)b, (void)c, (void)d;
    return signals_caught() ? 1 : 0;
}

static const char *variable(const char *name) {
    return getenv(name);
}

#define SET(option, value) good = good && curl_easy_setopt(easy, option, value) == CURLE_OK

static bool prepare(CURL *easy, const struct preflight_fetch *fetch, struct curl_slist *headers,
                    struct text *body) {
    struct proxy proxy = {0};
    const char *authorities = getenv("SSL_CERT_FILE");
    bool good = true;
    SET(CURLOPT_URL, fetch->url);
    SET(CURLOPT_PROXY, proxy_choose(fetch->url, variable, &proxy) ? proxy.url : "");
    SET(CURLOPT_NOPROXY, "");
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_USERAGENT, "ration/" RATION_VERSION);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, (void *)body);
    if (authorities != NULL && authorities[0] != '\0') {
        SET(CURLOPT_CAINFO, authorities);
    }
    if (fetch->signing != NULL) {
        SET(CURLOPT_AWS_SIGV4, fetch->signing);
        SET(CURLOPT_USERPWD, fetch->credentials);
    }
    return good;
}

static void free_headers(struct curl_slist *headers) {
    for (struct curl_slist *line = headers; line != NULL; line = line->next) {
        explicit_bzero(line->data, strlen(line->data));
    }
    curl_slist_free_all(headers);
}

static bool add_headers(const struct preflight_fetch *fetch, struct curl_slist **headers) {
    for (size_t i = 0; i < fetch->count; i++) {
        struct curl_slist *longer = curl_slist_append(*headers, fetch->lines[i]);
        if (longer == NULL) {
            return false;
        }
        *headers = longer;
    }
    return true;
}

long preflight_fetch(const struct preflight_fetch *fetch, struct text *body,
                     char error[PREFLIGHT_FETCH_ERROR]) {
    long status = 0;
    struct curl_slist *headers = NULL;
    (void)snprintf(error, PREFLIGHT_FETCH_ERROR, "out of memory");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return 0;
    }
    CURL *easy = curl_easy_init();
    if (easy != NULL && add_headers(fetch, &headers) && prepare(easy, fetch, headers, body)) {
        CURLcode code = curl_easy_perform(easy);
        if (code == CURLE_OK) {
            (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        }
        (void)snprintf(error, PREFLIGHT_FETCH_ERROR, "%s", curl_easy_strerror(code));
    }
    curl_easy_cleanup(easy);
    free_headers(headers);
    curl_global_cleanup();
    return status;
}
