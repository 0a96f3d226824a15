// What `ration doctor` says of the way to the API: proxy, certificates, whether somebody answers, the key,
// the model, the clock, the limits. Facts come in, lines go out: pure but for doctor_api_ask().
#ifndef RATION_DOCTOR_API_H
#define RATION_DOCTOR_API_H

#include "begin/doctor_report.h"
#include "config/config.h"
#include "plan/preflight.h"

#include <stdint.h>

struct doctor_api {
    const char *session; // its name, or NULL where there is but one
    const char *url;     // as it may be shown
    const char *model;   // or NULL: the prompt's own
    bool keyless;        // there should be a key, and is none, which was told
    bool keyed;          // a key is sent
    bool signs;          // requests are signed with the time
    int64_t now;         // seconds since 1970
    struct preflight_look look;
};

// Of each session: asks, and tells all of it.
void doctor_api_ask(const struct options *options, const struct config *config, struct doctor_report *report);

// Of one that was asked.
void doctor_api_tell(const struct doctor_api *api, struct doctor_report *report);

#endif
