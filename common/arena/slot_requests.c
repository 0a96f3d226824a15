#include "ration/slot_requests.h"

#include "arena/layout.h"

#define TOO_MANY 429U

// A word of a request: artist in the upper half, then status, session and outcome.
#define STATUS_SHIFT 16
#define SESSION_SHIFT 8

static struct layout_requests *requests_of(const struct arena *arena, uint32_t slot) {
    return &layout_slot(arena, slot)->requests;
}

static uint64_t pack(const struct slot_request *request) {
    return (uint64_t)request->artist << 32 | (uint64_t)(request->status & 0xffff) << STATUS_SHIFT |
           (uint64_t)(request->session & 0xff) << SESSION_SHIFT | ((uint64_t)request->outcome & 0xff);
}

// `number` is 0 while the words are not of one request, so that nobody takes a mixture for one.
static void put(struct layout_request *place, uint64_t number, const struct slot_request *request) {
    atomic_store(&place->number, 0);
    atomic_store(&place->what, pack(request));
    atomic_store(&place->began, request->began);
    atomic_store(&place->ended, request->ended);
    atomic_store(&place->number, number);
}

static bool get(const struct layout_request *place, uint64_t number, struct slot_request *request) {
    if (atomic_load(&place->number) != number) {
        return false;
    }
    uint64_t what = atomic_load(&place->what);
    uint32_t outcome = (uint32_t)(what & 0xff);
    *request = (struct slot_request){
        .artist = (uint32_t)(what >> 32),
        .session = (uint32_t)(what >> SESSION_SHIFT & 0xff),
        .began = atomic_load(&place->began),
        .ended = atomic_load(&place->ended),
        .outcome = outcome < OUTCOME_OF_ATTEMPT ? (enum outcome_class)outcome : OUTCOME_NETWORK_FAULT,
        .status = (uint32_t)(what >> STATUS_SHIFT & 0xffff),
    };
    return atomic_load(&place->number) == number;
}

uint64_t slot_request_begin(struct arena *arena, uint32_t slot, uint32_t artist, uint32_t session,
                            uint64_t now) {
    struct layout_requests *requests = requests_of(arena, slot);
    uint64_t number = atomic_load(&requests->begun_count) + 1;
    struct slot_request request = {.artist = artist, .session = session, .began = now};
    put(&requests->begun[number % SLOT_REQUESTS], number, &request);
    atomic_store(&requests->begun_count, number);
    return number;
}

void slot_request_drop(struct arena *arena, uint32_t slot, uint64_t ticket) {
    struct layout_request *begun = &requests_of(arena, slot)->begun[ticket % SLOT_REQUESTS];
    if (atomic_load(&begun->number) == ticket) { // else a later one has its place
        atomic_store(&begun->number, 0);
    }
}

void slot_request_end(struct arena *arena, uint32_t slot, uint64_t ticket,
                      const struct slot_request *request) {
    struct layout_requests *requests = requests_of(arena, slot);
    uint64_t number = atomic_load(&requests->ended_count) + 1;
    slot_request_drop(arena, slot, ticket);
    put(&requests->ended[number % SLOT_REQUESTS], number, request);
    atomic_store(&requests->ended_count, number);
    if (request->status == TOO_MANY) {
        layout_u64 *count = &layout_slot(arena, slot)->report.status_429;
        atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1,
                              memory_order_relaxed);
    }
}

void slot_requests_clear(struct arena *arena, uint32_t slot) {
    for (uint32_t i = 0; i < SLOT_REQUESTS; i++) {
        atomic_store(&requests_of(arena, slot)->begun[i].number, 0);
    }
}

static uint32_t list(const struct layout_request *ring, uint64_t count,
                     struct slot_request out[SLOT_REQUESTS]) {
    uint32_t found = 0;
    for (uint64_t number = count; number > 0 && count - number < SLOT_REQUESTS; number--) {
        found += get(&ring[number % SLOT_REQUESTS], number, &out[found]);
    }
    return found;
}

uint32_t slot_requests_under_way(const struct arena *arena, uint32_t slot,
                                 struct slot_request out[SLOT_REQUESTS]) {
    const struct layout_requests *requests = requests_of(arena, slot);
    return list(requests->begun, atomic_load(&requests->begun_count), out);
}

uint32_t slot_requests_ended(const struct arena *arena, uint32_t slot,
                             struct slot_request out[SLOT_REQUESTS]) {
    const struct layout_requests *requests = requests_of(arena, slot);
    return list(requests->ended, atomic_load(&requests->ended_count), out);
}
