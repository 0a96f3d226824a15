#include "new_keys.h"

#include "ration/descriptor.h"
#include "ration/log.h"
#include "scrub_patterns.h"

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

// Keys that were used before, of each session: an answer to one of their requests may still come, and a
// server may repeat any of them. The oldest makes room.
#define OLDER 4U
static struct {
    struct key key[OLDER];
    size_t next;
} older[BOUNDS_SESSIONS];

static void replace(struct key *key, size_t session, const struct key *with) {
    const struct key *first = key->older;
    if (key->text[0] != '\0' && strcmp(key->text, with->text) != 0) {
        struct key *place = &older[session].key[older[session].next++ % OLDER];
        memcpy(place->text, key->text, sizeof(place->text));
        for (size_t i = 0; i + 1 < OLDER; i++) {
            older[session].key[i].older = &older[session].key[i + 1];
        }
        first = older[session].key;
    }
    memcpy(key->text, with->text, sizeof(key->text));
    key->older = first;
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
    for (size_t i = 0; i < settings->sessions; i++) {
        replace(&worker->keys[i], i, &keys[i]);
    }
    scrub_patterns_wipe();
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

void new_keys_wipe(void) {
    scrub_patterns_wipe();
    for (size_t i = 0; i < BOUNDS_SESSIONS; i++) {
        if (older[i].next > 0) {
            explicit_bzero(&older[i], sizeof(older[i]));
        }
    }
}
