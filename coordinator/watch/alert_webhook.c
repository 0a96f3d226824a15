#include "watch/alert_webhook.h"

#include "config/base_url.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 10000L
#define TRIES 3U
#define FIRST_WAIT CLOCK_SECOND // before the second try; four times as long before the third
#define TELL_INTERVAL (CLOCK_MINUTE)
#define END_WAIT (2 * CLOCK_SECOND)
#define ANSWER_MOST 65536U // bytes that are read of an answer, of which only the status counts

struct alert_webhook {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    char *queue[ALERT_WEBHOOK_QUEUE]; // the first one is being posted
    uint32_t first, queued;
    bool under_way;
    uint32_t tries;      // of the first one
    uint64_t not_before; // monotonic: of its next try
    size_t answered;     // bytes
    struct alert_webhook_counts counts;
    uint64_t told_at; // of the last failure that was told
    uint64_t untold;
};

static size_t discard(char *bytes, size_t size, size_t count, void *context) {
    struct alert_webhook *webhook = context;
    (void)bytes;
    webhook->answered += size * count;
    return webhook->answered > ANSWER_MOST ? 0 : size * count;
}

static bool prepare(struct alert_webhook *webhook, const char *url) {
    CURL *easy = webhook->easy;
    return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, webhook->headers) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "ration/" RATION_VERSION) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           // A resolver that does not answer must not be waited for.
           curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, webhook) == CURLE_OK;
}

static void release(struct alert_webhook *webhook) {
    for (uint32_t i = 0; i < webhook->queued; i++) {
        free(webhook->queue[(webhook->first + i) % ALERT_WEBHOOK_QUEUE]);
    }
    curl_easy_cleanup(webhook->easy);
    (void)curl_multi_cleanup(webhook->multi);
    curl_slist_free_all(webhook->headers);
    curl_global_cleanup();
    free(webhook);
}

struct alert_webhook *alert_webhook_new(const char *url) {
    struct alert_webhook *webhook = calloc(1, sizeof(*webhook));
    if (webhook == NULL) {
        return NULL;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        webhook->multi = curl_multi_init();
        webhook->easy = curl_easy_init();
        webhook->headers = curl_slist_append(NULL, "Content-Type: application/json");
    }
    if (webhook->multi == NULL || webhook->easy == NULL || webhook->headers == NULL ||
        !prepare(webhook, url)) {
        release(webhook);
        return NULL;
    }
    return webhook;
}

void alert_webhook_post(struct alert_webhook *webhook, const char *json) {
    char *copy = webhook->queued < ALERT_WEBHOOK_QUEUE ? strdup(json) : NULL;
    if (copy == NULL) {
        webhook->counts.dropped++;
        return;
    }
    webhook->queue[(webhook->first + webhook->queued++) % ALERT_WEBHOOK_QUEUE] = copy;
}

static void begin(struct alert_webhook *webhook) {
    const char *json = webhook->queue[webhook->first];
    webhook->answered = 0;
    webhook->tries++;
    webhook->under_way =
        curl_easy_setopt(webhook->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(json)) == CURLE_OK &&
        curl_easy_setopt(webhook->easy, CURLOPT_POSTFIELDS, json) == CURLE_OK &&
        curl_multi_add_handle(webhook->multi, webhook->easy) == CURLM_OK;
}

static void forget_first(struct alert_webhook *webhook) {
    free(webhook->queue[webhook->first]);
    webhook->first = (webhook->first + 1) % ALERT_WEBHOOK_QUEUE;
    webhook->queued--;
    webhook->tries = 0;
    webhook->not_before = 0;
}

static void tell_failure(struct alert_webhook *webhook, const char *why, uint64_t now) {
    webhook->untold++;
    if (webhook->told_at != 0 && now - webhook->told_at < TELL_INTERVAL) {
        return;
    }
    log_warn("alert", "--alert-webhook: %" PRIu64 " alerts could not be delivered: %s", webhook->untold, why);
    webhook->told_at = now;
    webhook->untold = 0;
}

static void failed(struct alert_webhook *webhook, const char *why, uint64_t now) {
    if (webhook->tries < TRIES) {
        webhook->not_before = now + (webhook->tries == 1 ? FIRST_WAIT : 4 * FIRST_WAIT);
        return;
    }
    webhook->counts.failed++;
    tell_failure(webhook, why, now);
    forget_first(webhook);
}

// The status decides: an answer that is too long, or cut, has arrived all the same.
static void finished(struct alert_webhook *webhook, CURLcode result, uint64_t now) {
    char why[64];
    long status = 0;
    (void)curl_easy_getinfo(webhook->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_multi_remove_handle(webhook->multi, webhook->easy);
    webhook->under_way = false;
    if (status >= 200 && status < 300) {
        webhook->counts.delivered++;
        forget_first(webhook);
    } else if (status > 0) {
        (void)snprintf(why, sizeof(why), "it answers with status %ld", status);
        failed(webhook, why, now);
    } else {
        failed(webhook, curl_easy_strerror(result), now);
    }
}

void alert_webhook_tick(struct alert_webhook *webhook, uint64_t now) {
    int running, left;
    const CURLMsg *message;
    if (!webhook->under_way && webhook->queued > 0 && now >= webhook->not_before) {
        begin(webhook);
        if (!webhook->under_way) {
            failed(webhook, "out of memory", now);
        }
    }
    if (!webhook->under_way) {
        return;
    }
    (void)curl_multi_perform(webhook->multi, &running);
    while ((message = curl_multi_info_read(webhook->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            finished(webhook, message->data.result, now);
        }
    }
}

struct alert_webhook_counts alert_webhook_counts(const struct alert_webhook *webhook) {
    return webhook->counts;
}

void alert_webhook_end(struct alert_webhook *webhook) {
    if (webhook == NULL) {
        return;
    }
    uint64_t end = clock_now() + END_WAIT;
    uint64_t now;
    while (webhook->queued > 0 && (now = clock_now()) < end) {
        alert_webhook_tick(webhook, now);
        (void)curl_multi_poll(webhook->multi, NULL, 0, 20, NULL);
    }
    uint64_t lost = webhook->queued + webhook->counts.failed + webhook->counts.dropped;
    if (lost > 0) {
        log_warn("alert", "--alert-webhook: %" PRIu64 " of %" PRIu64 " alerts were not delivered", lost,
                 lost + webhook->counts.delivered);
    }
    if (webhook->under_way) {
        (void)curl_multi_remove_handle(webhook->multi, webhook->easy);
    }
    release(webhook);
}
