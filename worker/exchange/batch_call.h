// HTTP for batches: few calls at once, whose bodies may be large. An upload is read as it goes, a download
// goes to a file as it comes; neither stands in memory. A POST leaves once: libcurl must not send it again by
// itself, since two creations are two batches.
#ifndef RATION_BATCH_CALL_H
#define RATION_BATCH_CALL_H

#include "ration/route.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct batch_calls;

enum batch_call_kind { BATCH_GET, BATCH_POST, BATCH_UPLOAD, BATCH_STREAM };

// The end of a call. Valid during its `done` only.
struct batch_reply {
    bool whole; // a whole response came
    bool sent;  // the request was, or may have been, put on the wire
    long status;
    const char *body; // of a call without a file; of one with a file whose status is no 2xx
    size_t length;
    uint64_t stored;      // bytes that the file got
    int unkept;           // the errno with which the file took no more; 0: it took all
    uint64_t retry_after; // nanoseconds; 0: not told
    const char *error;    // in words; "" when it was whole
};

struct batch_call {
    enum batch_call_kind kind;
    const char *url;               // copied
    const struct route_head *head; // must stand until it is done
    const char *body;              // BATCH_POST: JSON, copied
    // BATCH_UPLOAD, and without a name BATCH_STREAM, whose body is JSON: the file's name, its bytes, and who
    // gives them from `offset` on: 1 byte to `room` of them, 0: they cannot be had
    const char *file;
    const char *purpose; // BATCH_UPLOAD: of the file; must stand until it is done
    bool named;          // likewise: its name and kind stand beside it, as Together wants them
    uint64_t size;
    size_t (*read)(void *owner, uint64_t offset, char *to, size_t room);
    int to; // BATCH_GET: the body goes there, from `to_offset` on; -1: to memory
    uint64_t to_offset;
    void (*done)(void *owner, const struct batch_reply *reply); // may start another
    void *owner;
};

// NULL: out of memory. `timeout`: of calls with small bodies; of large ones, without a byte.
struct batch_calls *batch_calls_open(uint64_t timeout, uint64_t connect_timeout, uint64_t most_body);
// Breaks off what is under way, without calling back.
void batch_calls_close(struct batch_calls *calls);

// False: out of memory; it is not begun.
bool batch_calls_start(struct batch_calls *calls, const struct batch_call *call);
// Goes on with what is under way, and calls back for what has ended.
void batch_calls_run(struct batch_calls *calls);
// Waits for `wait` nanoseconds at most, until there is something to do, or `fd` can be read. 0, or -1.
int batch_calls_wait(struct batch_calls *calls, int fd, uint64_t wait);

#endif
