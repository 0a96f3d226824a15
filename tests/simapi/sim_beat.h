/* A heartbeat of the simulator's own: how late its timers are tells what the machine gives at that moment. */
#ifndef SIMAPI_BEAT_H
#define SIMAPI_BEAT_H

#include <stdint.h>

#define BEAT_EVERY_NS UINT64_C(10000000)

struct beat {
    int fd;          /* -1: none is kept */
    uint64_t due_ns; /* of the next one, monotonic; UINT64_MAX where none is kept */
    uint64_t tenth;  /* of a second, CLOCK_REALTIME, whose figures these are; 0: none yet */
    uint64_t worst_ns;
    uint64_t beats;
};

/* Appends to path a line (TSV) for each tenth of a second: tenths since 1970, its latest beat in
 * microseconds, beats. A tenth that was slept through has a line, too, as late as the beat that ended it.
 * NULL: none is kept. Ends the program if it cannot. */
void sim_beat_open(struct beat *b, const char *path, uint64_t now_ns);
/* To be called whenever the loop turns. */
void sim_beat(struct beat *b, uint64_t now_ns, uint64_t clock_ns);
void sim_beat_close(struct beat *b);

#endif
