// What batch_call.c and its part share.
#ifndef RATION_BATCH_CALL_PARTS_H
#define RATION_BATCH_CALL_PARTS_H

#include "exchange/batch_call.h"
#include "ration/text.h"

#include <curl/curl.h>

struct call {
    struct batch_calls *calls;
    struct batch_call asked;
    CURL *easy;
    curl_mime *mime;
    struct curl_slist *headers;
    char *body;
    struct text answer;
    uint64_t read, stored, retry_after;
    uint32_t departures;
    int unkept; // the errno with which its file took no more
    char error[CURL_ERROR_SIZE];
    struct call *next;
};

struct batch_calls {
    CURLM *multi;
    uint64_t timeout, connect_timeout, most_body;
    struct call *first;
};

// Everything that libcurl is told of the call. False: out of memory.
bool batch_call_setup(struct call *call);

#endif
