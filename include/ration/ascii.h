// Letters of protocols and files, whatever the locale. Pure; any process.
#ifndef RATION_ASCII_H
#define RATION_ASCII_H

#include <stdbool.h>

// What separates words in one line.
static inline bool ascii_blank(char c) {
    return c == ' ' || c == '\t';
}

// What separates words over lines: blanks and ends of lines.
static inline bool ascii_white(char c) {
    return ascii_blank(c) || c == '\r' || c == '\n';
}

#endif
