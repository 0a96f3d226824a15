// A text, valid or not, from which a key is taken out, in whatever way it is written there.
#include "fuzz_bytes.h"
#include "line.h"
#include "ration/utf8.h"
#include "scrub.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct key key = {.text = "sk-key-0123+/z"};

int fuzz_scrub(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1); // ends where its memory does
    char out[LINE_MESSAGE_MOST + 1];
    size_t found;
    FUZZ_CHECK(text != NULL);
    (void)memcpy(text, data, size);
    text[size] = '\0';
    size_t last = 0;
    for (size_t at = 0; at < size; at += found) {
        at = scrub_find(&key, text, size, at, &found);
        FUZZ_CHECK(at <= size && found <= size - at && at >= last && (found == 0) == (at == size));
        last = at;
    }
    bool valid = utf8_span(text, size) == size;
    line_scrub(text, &key, out, sizeof(out));
    FUZZ_CHECK(strlen(out) <= LINE_MESSAGE_MOST && strstr(out, key.text) == NULL);
    FUZZ_CHECK(!valid || utf8_span(out, strlen(out)) == strlen(out));
    if (valid) {
        line_shorten(out, size > 0 ? data[0] : 0);
        FUZZ_CHECK(utf8_span(out, strlen(out)) == strlen(out));
    }
    free(text);
    return 0;
}
