// Arenas of killed runs that nobody will ever read again. A killed run leaves its arena in /dev/shm, and
// `--resume` finds there which requests were in flight. It is cleared away only when that can no more happen:
// no process of that run lives, and its output is gone.
#ifndef RATION_STALE_ARENAS_H
#define RATION_STALE_ARENAS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum stale_arenas_place {
    STALE_ARENAS_SAME,    // its output stands where it was
    STALE_ARENAS_GONE,    // nothing stands there
    STALE_ARENAS_OTHER,   // another file does
    STALE_ARENAS_UNKNOWN, // it cannot be looked at
};
enum stale_arenas_search { STALE_ARENAS_FOUND, STALE_ARENAS_NOWHERE, STALE_ARENAS_UNSURE };

struct stale_arenas_facts {
    enum stale_arenas_place place;
    bool at_work;                    // another run has the file that stands there
    enum stale_arenas_search search; // for the output under another name, near where it was
    int64_t age;                     // seconds since the arena was made
};

// Pure. True: nobody can read it any more.
bool stale_arenas_useless(const struct stale_arenas_facts *facts);

// Pure. The device and inode of the output that an arena's file name tells; false: it is none's.
bool stale_arenas_name(const char *name, dev_t *device, ino_t *inode);

// Clears them away, of this user alone. Must be called before this process locks files: record locks are lost
// when any descriptor of a file is closed.
void stale_arenas_clear(void);

#endif
