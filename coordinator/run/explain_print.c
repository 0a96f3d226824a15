#include "run/explain_print.h"

#include "export/wrap.h"
#include "ration/text.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 80U

void explain_print_text(const char *begin, const char *text, size_t length, unsigned indent) {
    struct text line = {0}, wrapped = {0};
    text_add(&line, begin, strlen(begin));
    text_add(&line, text, length);
    if (!line.failed) {
        wrap_put(&wrapped, line.bytes, line.length, indent, WIDTH);
    }
    if (!line.failed && !wrapped.failed) {
        (void)fwrite(wrapped.bytes, 1, wrapped.length, stdout);
    }
    text_free(&line);
    text_free(&wrapped);
}

void explain_print(const char *begin, const char *words) {
    explain_print_text(begin, words, strlen(words), 2);
}
