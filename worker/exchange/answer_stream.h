// An answer that came as a stream of events although none was asked for, put together. Pure.
#ifndef RATION_ANSWER_STREAM_H
#define RATION_ANSWER_STREAM_H

#include "exchange/answer.h"

#include <cjson/cJSON.h>

// The event that holds the whole of it, as the Responses API ends its streams; NULL: there is none.
const cJSON *answer_stream_whole(const cJSON *events);

// Of chat completions and messages: sets what answer_read() sets, from all of them. An ending counts only if
// it came.
void answer_stream_read(const cJSON *events, struct answer *answer, struct text *joined);

#endif
