// LiteLLM's model_prices_and_context_window.json: a member for each model, dollars for a token. Read as its
// source has it: github.com/BerriAI/litellm, 2026-07. Pure but for memory.
#ifndef RATION_PRICES_LITELLM_H
#define RATION_PRICES_LITELLM_H

#include "prices/prices_text.h"

#include <cjson/cJSON.h>

// What has no price of text, or is no chat, is passed over; so are members that are not known.
// 0, or -1 with what is wrong in `problem`.
int prices_litellm_read(const cJSON *root, struct price_list *list, char problem[PRICES_PROBLEM_SIZE]);

#endif
