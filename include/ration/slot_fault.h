// The latest attempt of a slot's worker that failed, in the words that people are told: the cause that stands
// beside a wait. Gossip: it is range-checked by whoever reads it, and it never holds a secret.
#ifndef RATION_SLOT_FAULT_H
#define RATION_SLOT_FAULT_H

#include "ration/arena.h"
#include "ration/slot.h"

#include <stdbool.h>
#include <stdint.h>

#define SLOT_FAULT_TEXT 128U // bytes, the NUL included; a multiple of 8

struct slot_fault {
    uint64_t at; // monotonic; 0: there was none
    enum outcome_class kind;
    uint32_t session;
    uint32_t status; // 0: none came
    char text[SLOT_FAULT_TEXT];
};

// Worker: `fault->text` is valid UTF-8 without secrets; what is too long is cut at a whole character by
// whoever reads it.
void slot_fault_note(struct arena *arena, uint32_t slot, const struct slot_fault *fault);

// Anyone. false: there was none, or it is being written at the moment.
bool slot_fault_look(const struct arena *arena, uint32_t slot, struct slot_fault *fault);

// "server_fault: status 500, The server had an error"; without a status "network_fault: Connection refused".
// Pure.
#define SLOT_FAULT_WORDS (SLOT_FAULT_TEXT + 48U)
void slot_fault_words(const struct slot_fault *fault, char out[SLOT_FAULT_WORDS]);

#endif
