#include "exchange/answer_tier.h"

#include "ration/answer_counts.h"
#include "ration/answer_tree.h"

#include <stddef.h>
#include <strings.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

// OpenAI's words, Anthropic's, Groq's, Google's. What is not among them is charged as the default.
static const struct {
    const char *word;
    enum price_way way;
} ways[] = {
    {"flex", PRICE_FLEX},     {"ON_DEMAND_FLEX", PRICE_FLEX}, {"priority", PRICE_PRIORITY},
    {"fast", PRICE_PRIORITY}, {"ultrafast", PRICE_PRIORITY},  {"ON_DEMAND_PRIORITY", PRICE_PRIORITY},
    {"batch", PRICE_BATCH},
};

bool answer_tier_usual(const char *tier) {
    static const char *const usual[] = {"default", "standard", "auto", "on_demand"};
    for (size_t i = 0; i < COUNT(usual); i++) {
        if (strcasecmp(tier, usual[i]) == 0) {
            return true;
        }
    }
    return false;
}

// OpenAI tells it beside the usage, Anthropic and Google within it, Bedrock as an object's type.
static const char *told(const cJSON *root) {
    const cJSON *usage = answer_counts_usage(root);
    const char *const words[] = {
        answer_tree_string(root, "service_tier"),
        answer_tree_string(usage, "service_tier"),
        answer_tree_string(answer_tree_member(root, "serviceTier"), "type"),
        answer_tree_string(usage, "serviceTier"),
        answer_tree_string(usage, "trafficType"),
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (words[i] != NULL) {
            return words[i];
        }
    }
    return NULL;
}

void answer_tier_read(const cJSON *root, struct answer *answer) {
    const char *tier = told(root);
    if (tier == NULL) {
        return;
    }
    answer->service_tier = tier;
    answer->way = PRICE_DEFAULT;
    for (size_t i = 0; i < COUNT(ways); i++) {
        if (strcasecmp(tier, ways[i].word) == 0) {
            answer->way = ways[i].way;
        }
    }
}
