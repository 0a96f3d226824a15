#include "ration/key.h"

#include "ration/ascii.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int key_set(struct key *key, const char *text, size_t length) {
    while (length > 0 && ascii_white(text[length - 1])) {
        length--;
    }
    while (length > 0 && ascii_white(*text)) {
        text++;
        length--;
    }
    if (length == 0 || length > KEY_MAX) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return -1;
        }
    }
    memcpy(key->text, text, length);
    key->text[length] = '\0';
    return 0;
}

void key_wipe(struct key *key) {
    explicit_bzero(key, sizeof(*key));
}

static const char *split_one(const char *text, const char *end, struct key *key, bool optional) {
    const char *line_end = memchr(text, '\n', (size_t)(end - text));
    if (line_end == NULL) {
        return NULL;
    }
    if (line_end == text && optional) {
        key_wipe(key);
    } else if (key_set(key, text, (size_t)(line_end - text)) != 0) {
        return NULL;
    }
    return line_end + 1;
}

int key_split(const char *text, size_t length, struct key *keys, size_t count, bool optional) {
    const char *end = text + length;
    for (size_t i = 0; text != NULL && i < count; i++) {
        text = split_one(text, end, &keys[i], optional);
    }
    if (text != end) {
        explicit_bzero(keys, count * sizeof(*keys));
        return -1;
    }
    return 0;
}

void key_protect_process(void) {
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
    // The limit does not bind a core handler behind a pipe; this does. (The leak checker must trace its own
    // process.)
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
