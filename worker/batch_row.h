// One row of a part, and what it comes to: its line, or another part.
#ifndef RATION_BATCH_ROW_H
#define RATION_BATCH_ROW_H

#include "batch.h"
#include "exchange/classify.h"

// Its result, as it came. False: told, and the worker ends.
bool batch_row_result(struct batch_part *part, uint32_t at, const struct batch_result *result);
// It comes to this without a result. `free`: it costs it no attempt. False: likewise.
bool batch_row_without(struct batch_part *part, uint32_t at, const struct outcome *outcome, bool free);
// Likewise, and it may have been run: what it cost is in doubt.
bool batch_row_unread(struct batch_part *part, uint32_t at, const struct outcome *outcome);

// For recorder_open(): the context is the batch.
void batch_row_recorded(void *context, struct artist *artist, enum output_file file);
void batch_row_elsewhere(void *context, struct artist *artist, enum output_file file);

#endif
