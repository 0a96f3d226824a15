#include "ration/slot_fault.h"

#include "arena/layout.h"
#include "ration/utf8.h"

#include <stdio.h>
#include <string.h>

#define STATUS_SHIFT 32
#define SESSION_SHIFT 8

_Static_assert(sizeof(((struct layout_fault *)0)->word) == SLOT_FAULT_TEXT, "a text is whole words");

// The sequence is odd while the words are not of one fault.
void slot_fault_note(struct arena *arena, uint32_t slot, const struct slot_fault *fault) {
    struct layout_fault *place = &layout_slot(arena, slot)->fault;
    uint64_t sequence = atomic_load(&place->sequence) | 1; // one that was killed in the middle left it odd
    atomic_store(&place->sequence, sequence);
    atomic_store(&place->at, fault->at);
    atomic_store(&place->what, (uint64_t)fault->status << STATUS_SHIFT |
                                   (uint64_t)(fault->session & 0xff) << SESSION_SHIFT |
                                   ((uint64_t)fault->kind & 0xff));
    for (size_t i = 0; i < SLOT_FAULT_TEXT / sizeof(uint64_t); i++) {
        uint64_t word;
        memcpy(&word, fault->text + i * sizeof(word), sizeof(word));
        atomic_store(&place->word[i], word);
    }
    atomic_store(&place->sequence, sequence + 1);
}

bool slot_fault_look(const struct arena *arena, uint32_t slot, struct slot_fault *fault) {
    struct layout_fault *place = &layout_slot(arena, slot)->fault;
    uint64_t sequence = atomic_load(&place->sequence);
    uint64_t what = atomic_load(&place->what);
    uint32_t kind = (uint32_t)(what & 0xff);
    *fault = (struct slot_fault){
        .at = atomic_load(&place->at),
        .kind = kind < OUTCOME_OF_ATTEMPT ? (enum outcome_class)kind : OUTCOME_NETWORK_FAULT,
        .session = (uint32_t)(what >> SESSION_SHIFT & 0xff),
        .status = (uint32_t)(what >> STATUS_SHIFT),
    };
    for (size_t i = 0; i < SLOT_FAULT_TEXT / sizeof(uint64_t); i++) {
        uint64_t word = atomic_load(&place->word[i]);
        memcpy(fault->text + i * sizeof(word), &word, sizeof(word));
    }
    fault->text[SLOT_FAULT_TEXT - 1] = '\0';
    fault->text[utf8_span(fault->text, strlen(fault->text))] = '\0';
    bool whole = sequence != 0 && (sequence & 1) == 0 && atomic_load(&place->sequence) == sequence;
    if (!whole) {
        *fault = (struct slot_fault){.at = 0};
    }
    return whole && fault->at != 0;
}

void slot_fault_words(const struct slot_fault *fault, char out[SLOT_FAULT_WORDS]) {
    char status[24] = "";
    if (fault->status > 0) {
        (void)snprintf(status, sizeof(status), "status %u, ", fault->status);
    }
    (void)snprintf(out, SLOT_FAULT_WORDS, "%s: %s%s", outcome_name(fault->kind), status, fault->text);
}
