// What a transaction of the output guard is about to write: rollback cuts no more than that from a file.
#ifndef RATION_OUTPUT_EXPECT_H
#define RATION_OUTPUT_EXPECT_H

#include "arena/layout.h"

// The owner of the output guard, before its first journal entry: it will write `length` bytes to that file,
// none to the other.
static inline void output_expect(struct arena *arena, enum output_file file, uint64_t length) {
    struct layout_header *header = arena->header;
    for (int i = 0; i < OUTPUT_FILES; i++) {
        atomic_store(&header->extent[i], guarded_get(&header->length[i]) + (i == (int)file ? length : 0));
    }
    atomic_signal_fence(
        memory_order_seq_cst); // a death is seen in program order: the compiler is what must be bound
}

#endif
