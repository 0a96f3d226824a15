// Whether what is asked now is what the open parts of before were made of: the rows, the requests, the keys
// and the API. Their answers would else be taken for those of other rows, and what is paid for be paid again.
#ifndef RATION_BATCH_SAME_H
#define RATION_BATCH_SAME_H

#include "batch.h"

// Before anything is taken up or asked. 0, or -1 after telling. What a journal of before does not say is not
// compared.
int batch_same(struct batch *batch);
// Whose key made it; UINT32_MAX: there is no such session any more.
uint32_t batch_same_session(const struct batch *batch, const struct batch_record *record);
// The digest of a session's API and base URL, as the journal has it.
void batch_same_api(const struct batch *batch, uint32_t session, char out[17]);

#endif
