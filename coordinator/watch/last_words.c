#include "watch/last_words.h"

#include "ration/slot_fault.h"

#include <bsd/string.h>
#include <string.h>

// Its class stands beside it.
static void take(struct snapshot_words *words, const struct slot_fault *fault, uint64_t at) {
    char text[SLOT_FAULT_WORDS];
    slot_fault_words(fault, text);
    const char *from = strstr(text, ": ");
    (void)strlcpy(words->text, from != NULL ? from + 2 : text, sizeof(words->text));
    words->at = at;
}

void last_words_look(struct snapshot_words last[OUTCOME_OF_ATTEMPT], const struct snapshot *look) {
    for (uint32_t slot = 0; slot < look->slots && slot < BOUNDS_SLOTS; slot++) {
        const struct slot_fault *fault = &look->worker[slot].fault;
        uint64_t ago = look->at > fault->at ? look->at - fault->at : 0;
        uint64_t at = look->wall > ago ? look->wall - ago : 1;
        // Two looks know the moment of one fault from two clocks, which differ a little.
        bool known = fault->at != 0 && (uint32_t)fault->kind < OUTCOME_OF_ATTEMPT;
        if (known && at > last[fault->kind].at) {
            take(&last[fault->kind], fault, at);
        }
    }
}
