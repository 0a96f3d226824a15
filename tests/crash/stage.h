// The stage of the single-step tests: a small arena with its two files, which can be put back as it was, and
// looked at.
//
// Slot 0 is the process that is stepped and killed, slot 1 the one that sleeps on the guard, slot 2 a
// bystander with bookings.
#ifndef CRASH_STAGE_H
#define CRASH_STAGE_H

#include "arena/layout.h"
#include "ration/clock.h"

#include <stdbool.h>

#define STAGE_NOW (1000 * CLOCK_SECOND) // the moment of every admission here
#define STAGE_FILE_SIZE 4096
#define STAGE_COST 122500U // of 40 and 90 tokens, by the stage's prices
#define STAGE_NAME_SIZE 256

enum { VICTIM_SLOT, SLEEPER_SLOT, BYSTANDER_SLOT, STAGE_SLOTS };

struct stage {
    struct arena *arena;
    struct output output;
    char name[OUTPUT_FILES][STAGE_NAME_SIZE];
    struct ledger_booking booking; // the victim's, made before it is stepped
    enum guard_id wanted;          // which one the sleeper wants first
    // as it was set
    void *arena_then;
    char file_then[OUTPUT_FILES][STAGE_FILE_SIZE];
    size_t length_then[OUTPUT_FILES];
};

// What a transaction may change: the guarded words and the files.
struct stage_state {
    struct layout_ledger ledger;
    struct layout_session session[2];
    uint64_t line_cost[STAGE_SLOTS], line_reserve[STAGE_SLOTS];
    uint64_t verdict[4], length[OUTPUT_FILES], done, failed;
    char file[OUTPUT_FILES][STAGE_FILE_SIZE];
    size_t size[OUTPUT_FILES];
};

// Ends the program if it cannot be made.
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);

// Remembers how it stands now, and puts it back so. Nobody may be at work on it.
void stage_set(struct stage *stage);
void stage_reset(struct stage *stage);

void stage_look(const struct stage *stage, struct stage_state *state);
bool stage_same(const struct stage_state *a, const struct stage_state *b);
// Whether the file holds whole lines only.
bool stage_whole_lines(const struct stage_state *state);

uint32_t stage_owner(const struct stage *stage, enum guard_id id);

// A number that changes whenever shared memory or a file does.
uint64_t stage_fingerprint(const struct stage *stage);

// What the coordinator does when waitpid(2) has returned the process of VICTIM_SLOT. false: the ledger guard
// stayed busy.
bool stage_recover(struct stage *stage);

#endif
