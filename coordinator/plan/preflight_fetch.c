#include "plan/preflight_fetch.h"

#include "ration/proxy.h"
#include "system/signals.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIMEOUT_MS 10000L
#define CONNECT_MS 5000L
#define BODY_MOST ((size_t)16 << 20)

static size_t on_body(char *bytes, size_t one, size_t length, void *context) {
    struct text *body = context;
    (void)one;
    text_add(body, bytes, length);
    return body->failed || body->length > BODY_MOST ? 0 : length;
}

static size_t on_header(char *bytes, size_t one, size_t length, void *context) {
    static const char name[] = "date:";
    int64_t *date = context;
    char value[64];
    (void)one;
    if (length > sizeof(name) && strncasecmp(bytes, name, sizeof(name) - 1) == 0) {
        (void)snprintf(value, sizeof(value), "%.*s", (int)(length - sizeof(name) + 1),
                       bytes + sizeof(name) - 1);
        time_t at = curl_getdate(value, NULL);
        *date = at > 0 ? (int64_t)at : 0;
    }
    return length;
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
                    struct preflight_answer *answer) {
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
    SET(CURLOPT_WRITEDATA, (void *)&answer->body);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, (void *)&answer->date);
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

static enum preflight_trouble trouble_of(CURLcode code) {
    switch (code) {
    case CURLE_OK:
        return PREFLIGHT_NO_TROUBLE;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return PREFLIGHT_NO_HOST;
    case CURLE_COULDNT_CONNECT:
        return PREFLIGHT_NO_CONNECT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return PREFLIGHT_NO_TRUST;
    default:
        return PREFLIGHT_OTHER;
    }
}

void preflight_fetch(const struct preflight_fetch *fetch, struct preflight_answer *answer) {
    struct curl_slist *headers = NULL;
    *answer = (struct preflight_answer){.trouble = PREFLIGHT_OTHER};
    (void)snprintf(answer->error, sizeof(answer->error), "out of memory");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return;
    }
    CURL *easy = curl_easy_init();
    if (easy != NULL && add_headers(fetch, &headers) && prepare(easy, fetch, headers, answer)) {
        CURLcode code = curl_easy_perform(easy);
        if (code == CURLE_OK) {
            (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
        }
        answer->trouble = trouble_of(code);
        (void)snprintf(answer->error, sizeof(answer->error), "%s", curl_easy_strerror(code));
    }
    curl_easy_cleanup(easy);
    free_headers(headers);
    curl_global_cleanup();
}
