// --alert-thresholds: percentages of the daily quota's use that are told. Pure.
#ifndef RATION_ALERTS_THRESHOLDS_H
#define RATION_ALERTS_THRESHOLDS_H

#include <stdint.h>

#define ALERTS_THRESHOLDS_MOST 8U
#define ALERTS_THRESHOLDS_PROBLEM 160U

// Ascending percentages, 1..100.
struct alerts_thresholds {
    uint32_t count;
    uint32_t percent[ALERTS_THRESHOLDS_MOST];
};

// "60,80,95". 0, or -1 with what is wrong in `problem`: "\"x\" is not a percentage from 1 to 100".
int alerts_thresholds_parse(const char *text, struct alerts_thresholds *thresholds,
                            char problem[ALERTS_THRESHOLDS_PROBLEM]);

#endif
