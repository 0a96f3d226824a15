// How long a server asks us to wait, where it says so to people alone: known words of error messages, as
// data. Pure.
#ifndef RATION_RETRY_TEXT_H
#define RATION_RETRY_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#define RETRY_TEXT_LONGEST 3600000000000ULL // nanoseconds; longer waits are cut to it: it is but a text

// "Please try again in 694ms.", "… in 1.2s", "… in 7m12s", "… in 20 seconds". `message` may be NULL. False:
// it says none.
bool retry_text_read(const char *message, uint64_t *wait);

#endif
