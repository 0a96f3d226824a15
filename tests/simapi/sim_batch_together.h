/*
 * Batches of OpenAI's shape as Together's client has them (its types and resources, 2026-11). Files are
 * uploaded for "batch-api" to a path of their own, a creation answers with a job around the batch, lists are
 * one array without pages, states are in capitals, times are text, and there is neither metadata nor a count
 * of requests.
 */
#ifndef SIMAPI_BATCH_TOGETHER_H
#define SIMAPI_BATCH_TOGETHER_H

#include "sim_batches.h"
#include "sim_text.h"

void sim_batch_together_object(struct text *out, const struct batch *b);

#endif
