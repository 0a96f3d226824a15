// Text that is made for people out of what stands in a body: printable, on one line, bounded, whole
// characters. Pure but for the memory of json_memory.h, in which the results stay as long as the document.
#ifndef RATION_ANSWER_WORDS_H
#define RATION_ANSWER_WORDS_H

#include <stddef.h>

// Bytes. More than is written anywhere: a key must be found whole before a text is cut.
#define ANSWER_WORDS_MOST 4096U

struct answer_words {
    char bytes[ANSWER_WORDS_MOST];
    size_t length;
};

// Adds `length` bytes of valid UTF-8: control characters, line breaks and runs of blanks become one blank;
// what does not fit is left out.
void answer_words_add(struct answer_words *words, const char *bytes, size_t length);
void answer_words_add_string(struct answer_words *words, const char *string);

// A copy that lives as long as the document; NULL: there are none, or no memory for it.
const char *answer_words_keep(const struct answer_words *words);

// What a body says that is no JSON. Of a web page the title, then the text, without tags.
void answer_words_page(struct answer_words *words, const char *body, size_t length);

#endif
