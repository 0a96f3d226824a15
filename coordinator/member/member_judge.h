// Whether another member is silent for good: one whose beat this one saw unchanged for the whole term, on its
// own clock and without losing its connection. No two clocks are ever compared. Pure.
#ifndef RATION_MEMBER_JUDGE_H
#define RATION_MEMBER_JUDGE_H

#include "ration/link_frame.h"

#include <stdbool.h>
#include <stdint.h>

#define MEMBER_JUDGE_MOST 1024U // members that are looked at
#define MEMBER_JUDGE_ID 37

struct member_judge {
    uint64_t looked_at; // 0: never, or what happened since was not seen
    uint32_t count;
    struct member_seen {
        char id[MEMBER_JUDGE_ID];
        int64_t beat;
        uint64_t since;
    } seen[MEMBER_JUDGE_MOST];
};

// The connection was lost: all begins anew.
void member_judge_forget(struct member_judge *judge);
// One look: `count` pairs of fields, member and beat. `now` is when it was asked. Returns the first member
// but `own` that has been silent for the term, or NULL.
const struct member_seen *member_judge_look(struct member_judge *judge, const struct link_field *field,
                                            uint32_t pairs, const char *own, uint64_t term, uint64_t now);

#endif
