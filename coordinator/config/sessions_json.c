#include "config/sessions_json.h"

#include "ration/ascii.h"
#include "ration/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// What cJSON allocates is wiped when it is freed, also where it gives up in the middle of a string.
union block {
    size_t size;
    max_align_t aligned;
};

static void *allocate(size_t size) {
    union block *block = size <= SIZE_MAX - sizeof(*block) ? malloc(sizeof(*block) + size) : NULL;
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    return block + 1;
}

static void wipe(void *memory) {
    if (memory == NULL) {
        return;
    }
    union block *block = (union block *)memory - 1;
    explicit_bzero(memory, block->size);
    free(block);
}

static void wiping(bool on) {
    cJSON_Hooks hooks = {.malloc_fn = allocate, .free_fn = wipe};
    cJSON_InitHooks(on ? &hooks : NULL);
}

static size_t line_at(const char *text, const char *at) {
    size_t line = 1;
    while ((text = memchr(text, '\n', (size_t)(at - text))) != NULL) {
        text++;
        line++;
    }
    return line;
}

cJSON *sessions_json_parse(const char *text, size_t length, size_t *line) {
    const char *end = text;
    size_t good = utf8_span(text, length);
    const char *nul = memmem(text, length, "\\u0000", 6); // cJSON would cut the string there
    if (good != length || nul != NULL) {
        *line = line_at(text, good != length ? text + good : nul);
        return NULL;
    }
    wiping(true);
    cJSON *root = cJSON_ParseWithLengthOpts(text, length, &end, false);
    wiping(false);
    while (root != NULL && end < text + length && ascii_white(*end)) {
        end++;
    }
    if (root == NULL || end != text + length) {
        end = end != NULL && end >= text && end <= text + length ? end : text;
        *line = line_at(text, end);
        sessions_json_free(root);
        return NULL;
    }
    return root;
}

void sessions_json_free(cJSON *root) {
    wiping(true);
    cJSON_Delete(root);
    wiping(false);
}

// Behind the string that begins at text[at].
static size_t skip_string(const char *text, size_t length, size_t at) {
    at++;
    while (at < length && text[at] != '"') {
        at += text[at] == '\\' ? 2 : 1;
    }
    return at + 1;
}

size_t sessions_json_line(const char *text, size_t length, size_t index) {
    size_t depth = 0;
    size_t at = 0;
    while (at < length) {
        char c = text[at];
        if (c == '"') {
            at = skip_string(text, length, at);
            continue;
        }
        if (c == '{' || c == '[') {
            if (depth == 2 && index-- == 0) {
                break;
            }
            depth++;
        }
        depth -= c == '}' || c == ']';
        at++;
    }
    return line_at(text, text + (at < length ? at : length));
}
