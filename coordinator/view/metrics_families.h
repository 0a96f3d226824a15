// How a family of metrics is written: one HELP and one TYPE line, then its samples. Pure but for the stream.
#ifndef RATION_METRICS_FAMILIES_H
#define RATION_METRICS_FAMILIES_H

#include <stdint.h>
#include <stdio.h>

// `type`: "counter", "gauge", "histogram". `help` is one line without backslashes.
void metrics_families_head(FILE *out, const char *name, const char *type, const char *help);

// One sample. `labels`: pairs of name and value, then NULL; NULL: none. Values are escaped.
void metrics_families_sample(FILE *out, const char *name, const char *const *labels, double value);
void metrics_families_count(FILE *out, const char *name, const char *const *labels, uint64_t value);

// A family of one sample without labels.
void metrics_families_gauge(FILE *out, const char *name, const char *help, double value);

#endif
