#include "control/run_id.h"

#include "ration/clock.h"

#include <bsd/stdlib.h>
#include <stdio.h>
#include <time.h>

void run_id_make(char out[ARENA_RUN_ID_SIZE]) {
    char date[16];
    time_t now = (time_t)(clock_wall() / CLOCK_SECOND);
    struct tm utc;
    (void)gmtime_r(&now, &utc);
    (void)strftime(date, sizeof(date), "%Y%m%dT%H%M%S", &utc);
    (void)snprintf(out, ARENA_RUN_ID_SIZE, "%s-%06x", date, (unsigned)arc4random() & 0xffffffU);
}
