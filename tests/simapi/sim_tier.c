#include "sim_tier.h"

#include <string.h>

bool sim_tier_half(const char *asked) {
    return asked && !strcmp(asked, "flex");
}

const char *sim_tier_answers(const char *asked, enum api api, bool of_batch) {
    if (of_batch && api == API_MESSAGES)
        return "batch";
    if (api == API_MESSAGES)
        return "standard";
    if (sim_tier_half(asked))
        return "flex";
    return asked && !strcmp(asked, "priority") ? "priority" : "default";
}
