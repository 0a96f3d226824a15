/* A change of limits in mid-run. Pure. */
#ifndef SIMAPI_CHANGE_H
#define SIMAPI_CHANGE_H

#include "sim_limits.h"

#define CHANGE_SETTINGS_MAX 8
#define CHANGES_MAX 64

struct change {
    uint64_t at_ns; /* since time zero */
    uint64_t line;  /* of the key's line; 0: every account */
    size_t count;
    struct change_setting {
        int field;
        uint64_t value;
    } setting[CHANGE_SETTINGS_MAX];
};

/* In the order of their times. */
struct changes {
    struct change change[CHANGES_MAX];
    size_t count;
};

/* Adds one written as "SECONDS:name=N,name=N"; "key=LINE" may stand among them. False: not of that form. */
bool sim_change_add(struct changes *c, const char *text);
void sim_change_apply(const struct change *change, struct limits *l);

#endif
