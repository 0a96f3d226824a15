#ifndef SIMAPI_CLOCK_H
#define SIMAPI_CLOCK_H

#include <stdint.h>

uint64_t sim_clock_monotonic_ns(void);
/* Nanoseconds since 1970 (CLOCK_REALTIME). */
uint64_t sim_clock_real_ns(void);

#endif
