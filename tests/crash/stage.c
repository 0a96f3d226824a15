#include "stage.h"

#include "arena/journal.h"
#include "ration/clock.h"
#include "ration/slot.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARTISTS 70U
#define SESSIONS 2U
_Static_assert(ARTISTS <= 4 * LAYOUT_BOARD_WORD, "stage_state holds four words");

// With a name, as those of a run: a file without one is taken for deleted.
static int make_file(char name[STAGE_NAME_SIZE]) {
    const char *folder = getenv("TMPDIR");
    (void)snprintf(name, STAGE_NAME_SIZE, "%s/ration-step.XXXXXX", folder != NULL ? folder : "/tmp");
    int fd = mkostemp(name, O_APPEND | O_CLOEXEC);
    if (fd < 0) {
        err(1, "%s", name);
    }
    return fd;
}

static void fill(struct stage *stage) {
    static const uint32_t artist[] = {0, 1};
    static const char lines[] = "{\"artist\":0}\n{\"artist\":1}\n";
    const struct ledger_limits limits = {.told.of[LIMITS_REQUESTS_MINUTE] = 60000,
                                         .told.of[LIMITS_TOKENS_MINUTE] = 6000000,
                                         .burst = 50,
                                         .cached = PROVIDER_LEAVES_CACHED};
    struct ledger_booking booking;
    for (uint32_t session = 0; session < SESSIONS; session++) {
        ledger_set_limits(stage->arena, session, &limits, STAGE_NOW);
    }
    ledger_configure(stage->arena, &(struct ledger_config){.breaker = {2, CLOCK_SECOND},
                                                           .day_share = 1000000,
                                                           .price = {250000, 1250000},
                                                           .cost_most = 1000000000000});
    ledger_quota_set(stage->arena, &(struct ledger_quota){.allowed = 1000, .low_allowed = 1000, .period = 1});
    for (uint32_t slot = 0; slot < STAGE_SLOTS; slot++) {
        slot_prepare(stage->arena, slot);
    }
    if (output_append(&stage->output, BYSTANDER_SLOT, OUTPUT_ANSWERS, lines, sizeof(lines) - 1, artist, 2,
                      CLOCK_NEVER) != 0) {
        errx(1, "the first lines cannot be written");
    }
    // Once it is known what answers cost, several may leave at once.
    for (uint32_t i = 0; i < SESSIONS * 100; i++) {
        ledger_dearer(stage->arena, i % SESSIONS, &(struct ledger_price){0});
    }
    (void)ledger_admit(stage->arena, BYSTANDER_SLOT, &(struct ledger_estimate){.output = 300}, STAGE_NOW, 0,
                       &booking);
    (void)ledger_settle(stage->arena, BYSTANDER_SLOT, &booking,
                        &(struct ledger_usage){.tokens.input = 40,
                                               .tokens.output = 90,
                                               .input_bytes = 300,
                                               .cost_known = true,
                                               .cost = STAGE_COST},
                        STAGE_NOW);
    (void)ledger_admit(stage->arena, BYSTANDER_SLOT, &(struct ledger_estimate){.output = 300}, STAGE_NOW, 0,
                       &booking);
    (void)ledger_admit(stage->arena, BYSTANDER_SLOT, &(struct ledger_estimate){.output = 200}, STAGE_NOW, 0,
                       &booking);
}

void stage_open(struct stage *stage) {
    char name[ARENA_NAME_SIZE];
    (void)snprintf(name, sizeof(name), "/ration-single-step-%d", (int)getpid());
    const struct arena_config config = {.name = name,
                                        .run_id = "single-step",
                                        .artists = ARTISTS,
                                        .slots = STAGE_SLOTS,
                                        .sessions = SESSIONS};
    stage->arena = arena_create(&config);
    if (stage->arena == NULL) {
        err(1, "cannot make an arena");
    }
    (void)arena_remove(name);
    stage->output =
        (struct output){.arena = stage->arena, .fd = {make_file(stage->name[0]), make_file(stage->name[1])}};
    output_attach(&stage->output);
    stage->arena_then = malloc(stage->arena->size);
    if (stage->arena_then == NULL) {
        err(1, "malloc");
    }
    fill(stage);
    stage_set(stage);
}

void stage_close(struct stage *stage) {
    arena_close(stage->arena);
    free(stage->arena_then);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        (void)close(stage->output.fd[file]);
        (void)unlink(stage->name[file]);
    }
}

static size_t read_file(const struct stage *stage, int file, char text[STAGE_FILE_SIZE]) {
    ssize_t n = pread(stage->output.fd[file], text, STAGE_FILE_SIZE, 0);
    if (n < 0 || n == STAGE_FILE_SIZE) {
        err(1, "cannot read back what was written");
    }
    return (size_t)n;
}

void stage_set(struct stage *stage) {
    memcpy(stage->arena_then, stage->arena->header, stage->arena->size);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        stage->length_then[file] = read_file(stage, file, stage->file_then[file]);
    }
}

void stage_reset(struct stage *stage) {
    memcpy(stage->arena->header, stage->arena_then, stage->arena->size);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        size_t length = stage->length_then[file];
        if (ftruncate(stage->output.fd[file], 0) != 0 ||
            write(stage->output.fd[file], stage->file_then[file], length) != (ssize_t)length) {
            err(1, "cannot put a file back");
        }
    }
}

void stage_look(const struct stage *stage, struct stage_state *state) {
    const struct layout_header *header = stage->arena->header;
    memset(state, 0, sizeof(*state));
    memcpy(&state->ledger, layout_ledger(stage->arena), sizeof(state->ledger));
    memcpy(state->session, layout_session(stage->arena, 0), sizeof(state->session));
    for (uint32_t i = 0; i < SESSIONS; i++) {
        state->session[i].skipped = 0; // a count for people, which depends on who came first
        state->session[i].full_at =
            0; // of no transaction: it only goes up, and holds departures up for a moment
    }
    for (uint32_t artist = 0; artist < ARTISTS; artist += LAYOUT_BOARD_WORD) {
        state->verdict[artist / LAYOUT_BOARD_WORD] = guarded_get(layout_verdict(stage->arena, artist));
    }
    for (int slot = 0; slot < STAGE_SLOTS; slot++) {
        state->line_cost[slot] = guarded_get(&header->line_cost[slot]);
        state->line_reserve[slot] = guarded_get(&header->line_reserve[slot]);
    }
    state->done = guarded_get(&header->done);
    state->failed = guarded_get(&header->failed);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        state->length[file] = guarded_get(&header->length[file]);
        state->size[file] = read_file(stage, file, state->file[file]);
    }
}

bool stage_same(const struct stage_state *a, const struct stage_state *b) {
    return memcmp(a, b, sizeof(*a)) == 0;
}

bool stage_whole_lines(const struct stage_state *state) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        if (state->size[file] != state->length[file] ||
            (state->size[file] > 0 && state->file[file][state->size[file] - 1] != '\n')) {
            return false;
        }
    }
    return true;
}

uint32_t stage_owner(const struct stage *stage, enum guard_id id) {
    return atomic_load(&stage->arena->header->guard[id].owner);
}

uint64_t stage_fingerprint(const struct stage *stage) {
    const unsigned char *byte = (const unsigned char *)stage->arena->header;
    uint64_t sum = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < stage->arena->size; i++) {
        sum = (sum ^ byte[i]) * 0x100000001b3ULL;
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        struct stat status;
        if (fstat(stage->output.fd[file], &status) != 0) {
            err(1, "fstat");
        }
        sum = (sum ^ (uint64_t)status.st_size) * 0x100000001b3ULL;
    }
    return sum;
}

bool stage_recover(struct stage *stage) {
    for (int id = 0; id < GUARDS; id++) {
        if (guard_reap(stage->arena, (enum guard_id)id, VICTIM_SLOT) != 0) {
            err(1, "guard_reap");
        }
    }
    uint64_t until = clock_now() + 3 * CLOCK_SECOND;
    while (!ledger_reclaim(stage->arena, VICTIM_SLOT)) {
        if (clock_now() > until) {
            return false;
        }
    }
    slot_clear(stage->arena, VICTIM_SLOT);
    return true;
}
