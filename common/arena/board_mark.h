// The board's part of the output transaction.
#ifndef RATION_BOARD_MARK_H
#define RATION_BOARD_MARK_H

#include "arena/journal.h"
#include "ration/board.h"

// Owner of the output guard: one artist's verdict, journalled. Panics when it already has one. The counts of
// verdicts are the caller's, once for the whole append.
void board_mark(struct arena *arena, uint32_t artist, enum board_verdict verdict);

#endif
