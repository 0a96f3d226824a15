// A moment as people write it: a date, a time of the day, or both. In small letters. Pure.
#ifndef RATION_RESET_MOMENT_H
#define RATION_RESET_MOMENT_H

#include "limits/limit_cursor.h"

#include <stdbool.h>
#include <stdint.h>

// "2026-11-01 at 00:00 utc", "2026-05-15t15:00:00z", "november 1st, 2026", "1 nov at 8 pm utc", "15:00 utc":
// what stands at the cursor, whatever follows. A date without a year, and a time without a date, is the next
// one. A time without a zone is taken for UTC. *seconds: since 1970, as `now`. False: it is no such moment.
bool reset_moment_read(struct limit_cursor cursor, int64_t now, int64_t *seconds);

#endif
