// The categories of log lines, for people: what each is about. `ration explain` prints it;
// scripts/check-documents compares the documents with it, and it with the lines that are logged. Pure.
#ifndef RATION_LOG_CATEGORY_H
#define RATION_LOG_CATEGORY_H

#include <stddef.h>

// One after another, from 0 on; NULL: there are no more.
const char *log_category_name(size_t at);
const char *log_category_about(size_t at);

#endif
