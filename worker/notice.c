#include "notice.h"

#include "ration/clock.h"

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
