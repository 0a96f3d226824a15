// Whether each record's request can be sent and its answer read, before anything is sent.
#ifndef RATION_REQUEST_CHECK_H
#define RATION_REQUEST_CHECK_H

#include "ration/provider.h"
#include "ration/record_reader.h"
#include "ration/request.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_CHECK_MODELS 64U       // different ones that are noted; more are not looked at
#define REQUEST_CHECK_MOST (16U << 20) // bytes of a body

struct request_check {
    struct settings *settings; // whose endpoints are filled in
    struct request_maker *maker;
    struct text body;
    bool all;           // each record's request may be wrong in its own way; else the first stands for all
    bool seen;          // the first one
    size_t places;      // of columns in the form
    size_t length;      // of the first one's body
    struct text models; // that the bodies name, where each may name its own: each once, a newline behind it
    size_t model_count;
    bool dear;      // one of them names a service tier that may be charged as priority
    uint64_t limit; // the longest answer that any asks for; 0: none says
};

// 0, or -1 after telling.
int request_check_begin(struct request_check *check, struct settings *settings);
// Of one record. False with what is wrong and what to do in `message`.
bool request_check_record(struct request_check *check, const struct record *record, char *message,
                          size_t size);
void request_check_end(struct request_check *check);

// What is wrong with a body for that kind of endpoint, or NULL. Pure.
const char *request_check_body(enum provider_shape shape, const char *body, size_t length);

#endif
