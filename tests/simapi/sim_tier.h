/* Service tiers: which one answers, and what it costs. Pure. */
#ifndef SIMAPI_TIER_H
#define SIMAPI_TIER_H

#include "sim_ask.h"

#include <stdbool.h>

/* How a tier without room says so: with a code, with words alone, or with Groq's status. 0: with a code. */
#define TIER_FULL_WORDS "code|words|groq"
enum tier_full { TIER_FULL_UNSAID, TIER_FULL_CODE, TIER_FULL_WORDS_ALONE, TIER_FULL_GROQ };

/* In the API's own word. asked NULL: nothing was asked for. */
const char *sim_tier_answers(const char *asked, enum api api, bool of_batch);
/* It costs half, and may have no room. */
bool sim_tier_half(const char *asked);

#endif
