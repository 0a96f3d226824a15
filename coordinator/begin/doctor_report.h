// What `ration doctor` prints: one line for each thing that was looked at, and what the parts of a run say
// when they are asked to check something, which is heard through their log.
#ifndef RATION_DOCTOR_REPORT_H
#define RATION_DOCTOR_REPORT_H

#include "ration/text.h"

#include <stdbool.h>
#include <stdio.h>

enum doctor_grade {
    DOCTOR_OK,
    DOCTOR_WARN,  // a run begins, and may not do what was meant
    DOCTOR_WRONG, // a run does not begin, or comes to nothing
    DOCTOR_GRADES
};

struct doctor_report {
    FILE *out;
    unsigned count[DOCTOR_GRADES];
    int heard;        // where the log goes; -1: to people, as ever
    struct text told; // of that, with a NUL behind each
};

// From now on the log is heard. 0, or -1 with errno.
int doctor_report_begin(struct doctor_report *report, FILE *out);
void doctor_report_end(struct doctor_report *report);

// `about`: one word or two.
void doctor_report_tell(struct doctor_report *report, enum doctor_grade grade, const char *about,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

// Tells what the log has warned of, or said to be wrong, since the last call, and not before. How many lines
// that were.
unsigned doctor_report_hear(struct doctor_report *report, const char *about);

#endif
