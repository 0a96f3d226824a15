// A run's id: its beginning and a random part, as 20260131T235959-0a1b2c.
#ifndef RATION_RUN_ID_H
#define RATION_RUN_ID_H

#include "ration/arena.h"

void run_id_make(char out[ARENA_RUN_ID_SIZE]);

#endif
