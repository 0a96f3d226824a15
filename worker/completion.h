// What happens when an exchange has ended, and when its line has been written.
#ifndef RATION_COMPLETION_H
#define RATION_COMPLETION_H

#include "worker.h"

// A transfer_done; `context` is the worker.
void completion_handle(void *context, const struct transfer_result *result);

// A transfer_header; `context` is the worker.
void completion_header(void *context, void *owner, const char *line, size_t length);

// The recorder's callback; `context` is the worker.
void completion_recorded(void *context, struct artist *artist, enum output_file file);

// Likewise when the line could not become part of its file; see recorder.h.
void completion_rescued(void *context, struct artist *artist, enum output_file file);

#endif
