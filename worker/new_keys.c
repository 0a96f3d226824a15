#include "new_keys.h"

#include "ration/descriptor.h"
#include "ration/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct {
    size_t length;
    char bytes[BOUNDS_SESSIONS * (KEY_MAX + 1) + 1];
} coming;

static void forget(void) {
    explicit_bzero(coming.bytes, coming.length);
    coming.length = 0;
}

enum reading { READING_WHOLE, READING_MORE, READING_ENDED };

// Up to the NUL.
static enum reading read_some(void) {
    for (;;) {
        char byte;
        ssize_t n = read(DESCRIPTOR_KEY, &byte, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return READING_MORE;
        }
        if (n <= 0 || coming.length == sizeof(coming.bytes)) {
            return READING_ENDED;
        }
        if (byte == '\0') {
            return READING_WHOLE;
        }
        coming.bytes[coming.length++] = byte;
    }
}

int new_keys_first(struct key *keys, size_t count, bool optional) {
    int result =
        read_some() == READING_WHOLE ? key_split(coming.bytes, coming.length, keys, count, optional) : -1;
    forget();
    return fcntl(DESCRIPTOR_KEY, F_SETFL, O_NONBLOCK) == 0 ? result : -1;
}

static void use(struct worker *worker, const struct key *keys) {
    struct routes routes;
    const struct settings *settings = worker->settings;
    if (routes_make(&routes, settings, worker->provider, keys) != 0) {
        routes_free(&routes);
        worker_fail_memory(worker);
        return;
    }
    struct routes old = worker->routes;
    worker->routes = routes;
    transfer_rerouted(worker->transfers);
    routes_free(&old);
    memcpy(worker->keys, keys, settings->sessions * sizeof(*keys));
}

bool new_keys_take(struct worker *worker) {
    static struct key keys[BOUNDS_SESSIONS];
    enum reading reading;
    while ((reading = read_some()) == READING_WHOLE) {
        int result = key_split(coming.bytes, coming.length, keys, worker->settings->sessions, true);
        forget();
        if (result != 0) {
            log_warn("worker", "the new keys did not arrive whole");
            continue;
        }
        use(worker, keys);
        explicit_bzero(keys, sizeof(keys));
    }
    if (reading == READING_ENDED) {
        forget();
    }
    return reading == READING_MORE;
}
