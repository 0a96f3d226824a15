// What happens when an exchange has ended.
#ifndef RATION_COMPLETION_H
#define RATION_COMPLETION_H

#include "worker.h"

// A transfer_done; `context` is the worker.
void completion_handle(void *context, const struct transfer_result *result);

// A transfer_header; `context` is the worker.
void completion_header(void *context, void *owner, const char *line, size_t length);

#endif
