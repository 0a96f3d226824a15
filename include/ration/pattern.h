// A regular expression of ECMAScript, as JSON Schema has it (with the flag u), over UTF-8. It cannot hang who
// uses it: each step is counted, and one that takes too many is given up. Not anchored. Pure.
#ifndef RATION_PATTERN_H
#define RATION_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#define PATTERN_MOST 4096U // bytes of its text
#define PATTERN_WORDS 256U

struct pattern;

enum pattern_verdict { PATTERN_MATCHES, PATTERN_DIFFERS, PATTERN_COSTLY, PATTERN_STARVED };

// NULL: what is wrong with it is in `words`, as a sentence without a full stop.
struct pattern *pattern_new(const char *text, size_t length, char words[PATTERN_WORDS]);
void pattern_free(struct pattern *pattern);

// Whether it is found in a text of valid UTF-8. What it took is taken from *steps, never more than there is.
enum pattern_verdict pattern_try(const struct pattern *pattern, const char *text, size_t length,
                                 uint64_t *steps);

#endif
