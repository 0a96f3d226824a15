// The output and the error file of OpenAI's batch API: who reads those reads these. Bodies are made of what
// the output holds: the text, model, ids, tokens. Rows without a line are in neither.
#ifndef RATION_EXPORT_BATCH_H
#define RATION_EXPORT_BATCH_H

#include "export/export_writer.h"

extern const struct export_writer export_batch_writer;

#endif
