#include "scale/scale.h"

#include "crew/assign.h"
#include "crew/crew.h"
#include "system/descriptors.h"

#include <sys/eventfd.h>

// Slots are opened once and never closed before the end: a bell may still be in a worker's hands.
static int open_slots(struct crew *crew, uint32_t size) {
    while (crew->size < size) {
        struct crew_worker *worker = &crew->worker[crew->size];
        *worker = (struct crew_worker){.phase = CREW_ABSENT, .log_feed = -1, .alone = CREW_NOBODY};
        worker->bell = descriptors_raise(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (worker->bell < 0) {
            return -1;
        }
        crew->size++;
    }
    return 0;
}

enum scale_result scale_to(struct crew *crew, uint32_t workers) {
    if (crew->settings != NULL && crew->settings->batch && workers != 1) {
        return SCALE_BATCH;
    }
    if (open_slots(crew, workers) != 0) {
        return SCALE_NO_DESCRIPTORS;
    }
    crew->wanted = workers;
    arena_set_workers(crew->arena, workers);
    for (uint32_t slot = workers; slot < crew->size; slot++) {
        if (crew->worker[slot].phase == CREW_LIVE) {
            crew_drain(crew, slot);
            if (!assign_withdraw(crew, slot)) {
                return SCALE_NO_MEMORY;
            }
        }
    }
    return SCALE_DONE;
}
