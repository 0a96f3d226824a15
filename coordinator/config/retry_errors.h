// --retry-errors: which artists of the errors file are asked again. Pure.
#ifndef RATION_RETRY_ERRORS_H
#define RATION_RETRY_ERRORS_H

#include "ration/outcome.h"

// `text` is "all", "none", class names with commas between, or NULL for the usual. 0, or -1 after telling.
int retry_errors_parse(const char *text, struct outcome_retry *retry);

#endif
