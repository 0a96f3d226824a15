// A growing text buffer, reused from one artist to the next, and the JSON that is written into it. A failed
// allocation marks the text; what is added after that is dropped, so that callers check once, at the end.
#ifndef RATION_TEXT_H
#define RATION_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes; // not NUL-terminated
    size_t length;
    size_t capacity;
    bool failed; // out of memory since the last text_clear()
};

// Empties it and keeps its memory.
void text_clear(struct text *text);
// Also gives its memory back.
void text_free(struct text *text);
// Gives memory above `keep` bytes back; the text must be empty or shorter.
void text_shrink(struct text *text, size_t keep);

void text_add(struct text *text, const char *bytes, size_t length);
void text_add_string(struct text *text, const char *string);
void text_add_u64(struct text *text, uint64_t number);

// A JSON string with its quotes. Valid UTF-8 stays as it is; only what JSON forbids is escaped.
void text_add_json(struct text *text, const char *bytes, size_t length);
// Likewise of a C string; null when it is NULL.
void text_add_json_string(struct text *text, const char *string);
// The inside of such a string, without its quotes.
void text_add_escaped(struct text *text, const char *bytes, size_t length);

#endif
