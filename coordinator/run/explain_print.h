// How ration explain prints: lines that fit a terminal, which no text can steer.
#ifndef RATION_EXPLAIN_PRINT_H
#define RATION_EXPLAIN_PRINT_H

#include <stddef.h>

// "  begin words", wrapped, on standard output.
void explain_print(const char *begin, const char *words);
// Likewise with a text that need not end with NUL, `indent` columns from the left.
void explain_print_text(const char *begin, const char *text, size_t length, unsigned indent);

#endif
