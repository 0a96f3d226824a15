#include "stale.h"

#include "ration/arena.h"
#include "ration/board.h"

#include <errno.h>

uint32_t stale_in_doubt(const struct arena *arena) {
    uint32_t count = 0;
    for (uint32_t artist = 0; artist < arena_artists(arena); artist++) {
        count += board_in_flight(arena, artist) && board_verdict(arena, artist) == BOARD_NONE;
    }
    return count;
}

int stale_remove(const char *arena_name, uint32_t *in_doubt) {
    *in_doubt = 0;
    struct arena *arena = arena_open(arena_name, false);
    if (arena != NULL) {
        *in_doubt = stale_in_doubt(arena);
        arena_close(arena);
    } else if (errno == ENOENT) {
        return 0;
    }
    return arena_remove(arena_name);
}
