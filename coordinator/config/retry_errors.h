// --retry-errors: which artists of the errors file are asked again. Pure.
#ifndef RATION_RETRY_ERRORS_H
#define RATION_RETRY_ERRORS_H

#include "output/resume.h"

#define RETRY_ERRORS_MAX 16U

struct retry_errors {
    enum resume_retry which;
    const char *class[RETRY_ERRORS_MAX]; // names out of a constant table
    size_t count;
};

// `text` is "all", "none", class names with commas between, or NULL for the usual. 0, or -1 after telling.
int retry_errors_parse(const char *text, struct retry_errors *retry);

#endif
