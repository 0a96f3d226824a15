#include "notice.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>

#define INTERVAL (10 * CLOCK_SECOND)

bool notice_due(struct notice *notice, uint64_t now, uint64_t *silent) {
    if (now < notice->next) {
        notice->silent++;
        return false;
    }
    *silent = notice->silent;
    notice->silent = 0;
    notice->next = now + INTERVAL;
    return true;
}

const char *notice_more(uint64_t silent, char out[NOTICE_MORE_SIZE]) {
    out[0] = '\0';
    if (silent > 0) {
        (void)snprintf(out, NOTICE_MORE_SIZE, " (%" PRIu64 " more since the last such line)", silent);
    }
    return out;
}
