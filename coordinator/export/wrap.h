// A text from outside, as lines for a person: wrapped where words end, as wide as is asked for, and harmless.
// Pure.
#ifndef RATION_WRAP_H
#define RATION_WRAP_H

#include "ration/text.h"

#include <stddef.h>

// Adds it to *out, each line behind `indent` blanks and at most `width` columns wide with them (0: as long as
// it is); its own line breaks stay. What steers a terminal is shown as \xNN or \uNNNN, a tab as a blank. The
// last line has its end, too.
void wrap_put(struct text *out, const char *text, size_t length, unsigned indent, unsigned width);

#endif
