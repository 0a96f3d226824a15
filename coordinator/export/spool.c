#include "export/spool.h"

#include "ration/file_io.h"
#include "system/temp_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW 4096U // bytes; a multiple of each item's size

struct spool {
    int fd;
    size_t item;
    uint64_t length; // of the file
    uint64_t begin;  // of the window in it; a multiple of WINDOW
    bool changed;
    char window[WINDOW];
};

struct spool *spool_new(size_t item) {
    struct spool *spool = calloc(1, sizeof(*spool));
    if (spool == NULL) {
        return NULL;
    }
    spool->item = item;
    spool->fd = temp_file_open();
    if (spool->fd < 0) {
        int error = errno;
        free(spool);
        errno = error;
        return NULL;
    }
    return spool;
}

void spool_free(struct spool *spool) {
    if (spool != NULL) {
        (void)close(spool->fd);
        free(spool);
    }
}

static int leave(struct spool *spool) {
    if (!spool->changed) {
        return 0;
    }
    int error = file_io_write(spool->fd, spool->window, WINDOW, spool->begin);
    if (error == 0) {
        spool->changed = false;
        spool->length = spool->length > spool->begin + WINDOW ? spool->length : spool->begin + WINDOW;
    }
    return error;
}

// The window holds that place. What lies beyond the file's end, or in its holes, is zeros.
static int go(struct spool *spool, uint64_t place) {
    uint64_t begin = place - place % WINDOW;
    if (begin == spool->begin) {
        return 0;
    }
    int error = leave(spool);
    if (error != 0) {
        return error;
    }
    if (begin >= spool->length) {
        memset(spool->window, 0, WINDOW);
    } else {
        error = file_io_read(spool->fd, spool->window, WINDOW, begin);
    }
    spool->begin = error == 0 ? begin : spool->begin;
    return error;
}

int spool_put(struct spool *spool, uint64_t index, const void *item) {
    uint64_t place = index * spool->item;
    int error = go(spool, place);
    if (error == 0) {
        memcpy(spool->window + place % WINDOW, item, spool->item);
        spool->changed = true;
    }
    return error;
}

int spool_get(struct spool *spool, uint64_t index, void *item) {
    uint64_t place = index * spool->item;
    int error = go(spool, place);
    if (error == 0) {
        memcpy(item, spool->window + place % WINDOW, spool->item);
    }
    return error;
}
