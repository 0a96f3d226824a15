// Where in a text one of several patterns may begin, sixteen bytes at once: each byte is looked up by its two
// halves, four bits each, so that a few of what is found are wrong, and none is missed. Pure.
#ifndef RATION_SCRUB_SCAN_H
#define RATION_SCRUB_SCAN_H

#include <stddef.h>
#include <stdint.h>

#define SCRUB_GAPS " \t\n\r\xc2\xe2\xef" // the first bytes of what may stand between two letters
#define SCRUB_ESCAPES "%\\&"             // those of a letter that is written in another way
#define SCRUB_SCAN_PATTERNS 6U           // at most

// By the lower and the upper half of a byte: the patterns that may have it as their first and as their
// second, as bits.
struct scrub_scan {
    uint8_t first[2][16];
    uint8_t second[2][16];
};

// This byte may be the first letter of the patterns `first`, and the second one of the patterns `second`.
void scrub_scan_note(struct scrub_scan *scan, unsigned char byte, uint8_t first, uint8_t second);

// How many bytes from text[at] on cannot be where one begins: no more than end - at. One byte behind `end`
// can be read. A first letter that is written in another way is a beginning, and so is one with a gap or an
// escape behind it. It may stop short for want of bytes, or of a processor that can do it.
size_t scrub_scan_skip(const struct scrub_scan *scan, const char *text, size_t at, size_t end);

#endif
