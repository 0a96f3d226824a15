// Tokens by kind, for people. Pure.
#ifndef RATION_TOKENS_TOLD_H
#define RATION_TOKENS_TOLD_H

#include "ration/tokens.h"

#define TOKENS_TOLD_SIZE 240

// "120 input (100 cached, 9 written to a cache), 45 output (11 thought)"; a part that is 0 is left out.
void tokens_told(const struct tokens *tokens, char out[TOKENS_TOLD_SIZE]);

#endif
