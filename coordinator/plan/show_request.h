// What would be sent for one row: `ration run … --show-request ID`. Nothing is sent, and no key is needed.
#ifndef RATION_SHOW_REQUEST_H
#define RATION_SHOW_REQUEST_H

#include "config/options.h"
#include "input/input_index.h"
#include "ration/settings.h"

#include <stdio.h>

// To standard output: the request's line, its headers with the key left out, and its body as it is sent. An
// exit status.
int show_request(const struct options *options);

// Likewise of an input that is open and was checked, to `out`. 0, or -1 after telling.
int show_request_print(const struct settings *settings, const struct input_index *index, int fd,
                       const char *name, const char *id, FILE *out);

#endif
