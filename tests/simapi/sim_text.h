/* A growing byte buffer for bodies and lines. Running out of memory ends the program (fatal). */
#ifndef SIMAPI_TEXT_H
#define SIMAPI_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *data; /* len bytes, not terminated; NULL while cap is 0 */
    size_t len, cap;
};

void sim_text_add(struct text *t, const void *bytes, size_t len);
void sim_text_puts(struct text *t, const char *s);
void sim_text_number(struct text *t, uint64_t n);
/* Sixteen lower-case hex digits. */
void sim_text_hex(struct text *t, uint64_t n);
/* Adds the inside of a JSON string: quotes, backslashes and control bytes are escaped, all else is kept. */
void sim_text_add_json(struct text *t, const char *bytes, size_t len);
/* The same for a terminated string, with the quotes around it; NULL gives the word null. */
void sim_text_add_json_string(struct text *t, const char *s);
/* Empties the buffer; memory beyond keep bytes is given back. */
void sim_text_reset(struct text *t, size_t keep);
void sim_text_free(struct text *t);

/* Code points of valid UTF-8. */
uint64_t sim_text_count_chars(const char *bytes, size_t len);
/* Length in bytes of the longest prefix of at most chars code points. */
size_t sim_text_prefix_of_chars(const char *bytes, size_t len, uint64_t chars);
/* The longest prefix of at most max bytes that does not cut a code point. */
size_t sim_text_prefix_of_bytes(const char *bytes, size_t len, size_t max);

#endif
