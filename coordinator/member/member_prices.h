// What the answers of a run cost, as texts that machines compare: no two of them may count another price.
#ifndef RATION_MEMBER_PRICES_H
#define RATION_MEMBER_PRICES_H

#include "config/config.h"
#include "ration/digest.h"

#define MEMBER_PRICES_SIZE 256

// Of a session's requests, in dollars for a million tokens; "": not known.
void member_prices_print(const struct config *config, uint32_t session, char out[MEMBER_PRICES_SIZE]);

// Of what --prices says otherwise than the built-in list, which is another one in another version of ration:
// an answer may be another model's than was asked. `out` is "" where it says nothing. False: out of memory.
bool member_prices_digest(const struct config *config, struct digest *digest, char out[DIGEST_SIZE]);

#endif
