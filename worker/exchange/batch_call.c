#include "exchange/batch_call.h"

#include "exchange/batch_call_parts.h"
#include "ration/clock.h"

#include <stdlib.h>
#include <string.h>

static void free_call(struct call *call) {
    if (call->easy != NULL) {
        (void)curl_multi_remove_handle(call->calls->multi, call->easy);
        curl_easy_cleanup(call->easy);
    }
    curl_mime_free(call->mime);
    curl_slist_free_all(call->headers);
    free(call->body);
    text_free(&call->answer);
    free(call);
}

static bool begin(struct call *call) {
    const struct batch_call *asked = &call->asked;
    call->easy = curl_easy_init();
    call->body = strdup(asked->body != NULL ? asked->body : "");
    return call->easy != NULL && call->body != NULL && batch_call_setup(call) &&
           curl_multi_add_handle(call->calls->multi, call->easy) == CURLM_OK;
}

bool batch_calls_start(struct batch_calls *calls, const struct batch_call *asked) {
    struct call *call = calloc(1, sizeof(*call));
    if (call == NULL) {
        return false;
    }
    call->calls = calls;
    call->asked = *asked;
    if (!begin(call)) {
        free_call(call);
        return false;
    }
    call->next = calls->first;
    calls->first = call;
    return true;
}

// ---- all calls ----

struct batch_calls *batch_calls_open(uint64_t timeout, uint64_t connect_timeout, uint64_t most_body) {
    struct batch_calls *calls = calloc(1, sizeof(*calls));
    if (calls == NULL) {
        return NULL;
    }
    calls->timeout = timeout;
    calls->connect_timeout = connect_timeout;
    calls->most_body = most_body;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        calls->multi = curl_multi_init();
    }
    if (calls->multi == NULL) {
        free(calls);
        return NULL;
    }
    return calls;
}

static void unlist(struct batch_calls *calls, const struct call *call) {
    struct call **place = &calls->first;
    while (*place != call) {
        place = &(*place)->next;
    }
    *place = call->next;
}

void batch_calls_close(struct batch_calls *calls) {
    while (calls->first != NULL) {
        struct call *call = calls->first;
        unlist(calls, call);
        free_call(call);
    }
    (void)curl_multi_cleanup(calls->multi);
    free(calls);
}

static void finish(struct batch_calls *calls, struct call *call, CURLcode code) {
    long status = 0;
    (void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    struct batch_reply reply = {
        .whole = code == CURLE_OK,
        .sent = call->departures > 0,
        .status = status,
        .body = call->answer.length > 0 ? call->answer.bytes : "",
        .length = call->answer.length,
        .stored = call->stored,
        .unkept = call->unkept,
        .retry_after = call->retry_after,
        .error = code == CURLE_OK         ? ""
                 : call->error[0] != '\0' ? call->error
                                          : curl_easy_strerror(code),
    };
    unlist(calls, call);
    call->asked.done(call->asked.owner, &reply);
    free_call(call);
}

void batch_calls_run(struct batch_calls *calls) {
    int running = 0, left = 0;
    CURLMsg *message;
    (void)curl_multi_perform(calls->multi, &running);
    while ((message = curl_multi_info_read(calls->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result;
            char *context = NULL;
            (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
            finish(calls, (struct call *)(void *)context, code);
        }
    }
}

int batch_calls_wait(struct batch_calls *calls, int fd, uint64_t wait) {
    struct curl_waitfd more = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int ready = 0;
    uint64_t milliseconds = (wait + CLOCK_MS - 1) / CLOCK_MS;
    return curl_multi_poll(calls->multi, &more, 1, (int)milliseconds, &ready) == CURLM_OK ? 0 : -1;
}
