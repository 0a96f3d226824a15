// The part of batch_call.c that makes the handle of one call: its options and callbacks.
#include "exchange/batch_call_parts.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/proxy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONTENT_TYPE "Content-Type:"

// ---- callbacks ----

// The second departure of one call is libcurl's own idea.
static int on_departure(void *context, char *to, char *from, int to_port, int from_port) {
    struct call *call = context;
    (void)to, (void)from, (void)to_port, (void)from_port;
    return ++call->departures == 1 || call->asked.kind == BATCH_GET ? CURL_PREREQFUNC_OK
                                                                    : CURL_PREREQFUNC_ABORT;
}

static long status_of(const struct call *call) {
    long status = 0;
    (void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *context) {
    struct call *call = context;
    long status = status_of(call);
    (void)one;
    if (call->asked.to >= 0 && status >= 200 && status < 300) {
        call->unkept = file_io_write(call->asked.to, bytes, length, call->asked.to_offset + call->stored);
        call->stored += length;
        return call->unkept != 0 ? 0 : length;
    }
    if (call->answer.length + length > call->calls->most_body) {
        return 0;
    }
    text_add(&call->answer, bytes, length);
    return call->answer.failed ? 0 : length;
}

static size_t on_header(char *bytes, size_t one, size_t length, void *context) {
    static const char name[] = "retry-after:";
    struct call *call = context;
    (void)one;
    if (length > sizeof(name) && strncasecmp(bytes, name, sizeof(name) - 1) == 0) {
        char value[16];
        size_t size = length - (sizeof(name) - 1);
        size = size < sizeof(value) ? size : sizeof(value) - 1;
        memcpy(value, bytes + sizeof(name) - 1, size);
        value[size] = '\0';
        unsigned long seconds = strtoul(value, NULL, 10); // a date is none: the usual wait follows
        call->retry_after = seconds < 86400 ? seconds * CLOCK_SECOND : 0;
    }
    return length;
}

static size_t on_upload(char *to, size_t one, size_t room, void *context) {
    struct call *call = context;
    (void)one;
    if (call->read >= call->asked.size) {
        return 0;
    }
    size_t got = call->asked.read(call->asked.owner, call->read, to, room);
    call->read += got;
    return got > 0 ? got : CURL_READFUNC_ABORT;
}

static int on_seek(void *context, curl_off_t offset, int origin) {
    struct call *call = context;
    if (origin != SEEK_SET || offset < 0) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    call->read = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

// ---- a call ----

#define SET(option, value) failed = failed || curl_easy_setopt(easy, option, value) != CURLE_OK

static const char *variable(const char *name) {
    return getenv(name);
}

static bool set_place(CURL *easy, const char *url) {
    struct proxy proxy = {0};
    const char *file = getenv("SSL_CERT_FILE");
    bool failed = false;
    bool proxied = proxy_choose(url, variable, &proxy);
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PROXY, proxied ? proxy.url : "");
    SET(CURLOPT_NOPROXY, "");
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_USERAGENT, "ration/" RATION_VERSION);
    if (file != NULL && file[0] != '\0') {
        SET(CURLOPT_CAINFO, file);
    }
    return !failed;
}

static bool set_usual(struct call *call) {
    CURL *easy = call->easy;
    const struct batch_calls *calls = call->calls;
    bool large = call->asked.kind == BATCH_UPLOAD || call->asked.kind == BATCH_STREAM || call->asked.to >= 0;
    bool failed = false;
    SET(CURLOPT_PRIVATE, (void *)call);
    SET(CURLOPT_ERRORBUFFER, call->error);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, (void *)call);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, (void *)call);
    SET(CURLOPT_PREREQFUNCTION, on_departure);
    SET(CURLOPT_PREREQDATA, (void *)call);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_FRESH_CONNECT, call->asked.kind == BATCH_GET ? 0L : 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(calls->connect_timeout / CLOCK_MS));
    if (large) { // it may take long, but must move
        SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
        SET(CURLOPT_LOW_SPEED_TIME, (long)((calls->timeout + CLOCK_SECOND - 1) / CLOCK_SECOND));
    } else {
        SET(CURLOPT_TIMEOUT_MS, (long)(calls->timeout / CLOCK_MS));
    }
    return !failed;
}

static bool add_header(struct call *call, const char *line) {
    struct curl_slist *longer = curl_slist_append(call->headers, line);
    call->headers = longer != NULL ? longer : call->headers;
    return longer != NULL;
}

// A form says itself what it is.
static bool set_headers(struct call *call) {
    const struct route_head *head = call->asked.head;
    for (uint32_t i = 0; i < head->lines; i++) {
        bool type = strncasecmp(head->line[i], CONTENT_TYPE, sizeof(CONTENT_TYPE) - 1) == 0;
        bool json = call->asked.kind == BATCH_POST || call->asked.kind == BATCH_STREAM;
        if ((!type || json) && !add_header(call, head->line[i])) {
            return false;
        }
    }
    return curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers) == CURLE_OK;
}

static bool add_field(struct call *call, const char *name, const char *value) {
    curl_mimepart *part = curl_mime_addpart(call->mime);
    return part != NULL && curl_mime_name(part, name) == CURLE_OK &&
           curl_mime_data(part, value, CURL_ZERO_TERMINATED) == CURLE_OK;
}

static bool set_form(struct call *call) {
    call->mime = curl_mime_init(call->easy);
    if (call->mime == NULL || !add_field(call, "purpose", call->asked.purpose) ||
        (call->asked.named &&
         (!add_field(call, "file_name", call->asked.file) || !add_field(call, "file_type", "jsonl")))) {
        return false;
    }
    curl_mimepart *file = curl_mime_addpart(call->mime);
    return file != NULL && curl_mime_name(file, "file") == CURLE_OK &&
           curl_mime_filename(file, call->asked.file) == CURLE_OK &&
           curl_mime_type(file, "application/jsonl") == CURLE_OK &&
           curl_mime_data_cb(file, (curl_off_t)call->asked.size, on_upload, on_seek, NULL, call) ==
               CURLE_OK &&
           curl_easy_setopt(call->easy, CURLOPT_MIMEPOST, call->mime) == CURLE_OK;
}

static bool set_content(struct call *call) {
    CURL *easy = call->easy;
    bool failed = false;
    if (call->asked.kind == BATCH_UPLOAD) {
        return set_form(call);
    }
    if (call->asked.kind == BATCH_STREAM) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->asked.size);
        SET(CURLOPT_READFUNCTION, on_upload);
        SET(CURLOPT_READDATA, (void *)call);
        SET(CURLOPT_SEEKFUNCTION, on_seek);
        SET(CURLOPT_SEEKDATA, (void *)call);
    } else if (call->asked.kind == BATCH_POST) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(call->body));
        SET(CURLOPT_POSTFIELDS, call->body);
    } else {
        SET(CURLOPT_HTTPGET, 1L);
    }
    return !failed;
}

bool batch_call_setup(struct call *call) {
    return set_usual(call) && set_place(call->easy, call->asked.url) && set_headers(call) &&
           set_content(call);
}
