// Where --summary is to be written.
#ifndef RATION_SUMMARY_PLACE_H
#define RATION_SUMMARY_PLACE_H

#include "config/options.h"

// Before anything: it can be written, and is no file that the run needs. 0, or -1 after telling.
int summary_place_check(const struct options *options);

#endif
