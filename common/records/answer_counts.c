#include "ration/answer_counts.h"

#include "ration/answer_tree.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define MOST_TOKENS 1e7 // more is no count of one answer: as if not reported
#define NAMES 8U

// Of several names for one thing the first that has a number above 0.
struct names {
    const char *of[NAMES];
};

static uint64_t count_of(const cJSON *usage, const struct names *names) {
    for (size_t i = 0; i < NAMES && names->of[i] != NULL; i++) {
        double number;
        if (answer_tree_number(answer_tree_member(usage, names->of[i]), &number) && number <= MOST_TOKENS &&
            number > 0) {
            return (uint64_t)ceil(number);
        }
    }
    return 0;
}

static const cJSON *object_of(const cJSON *root, const struct names *names) {
    for (size_t i = 0; i < NAMES && names->of[i] != NULL; i++) {
        const cJSON *object = answer_tree_member(root, names->of[i]);
        if (cJSON_IsObject(object)) {
            return object;
        }
    }
    return NULL;
}

static bool has(const cJSON *usage, const char *name) {
    double number;
    return answer_tree_number(answer_tree_member(usage, name), &number);
}

const cJSON *answer_counts_usage(const cJSON *root) {
    static const struct names places = {{"usage", "usageMetadata", "usage_metadata"}};
    const cJSON *usage = object_of(root, &places);
    if (usage == NULL) {
        usage = answer_tree_member(answer_tree_member(root, "x_groq"), "usage");
    }
    return usage != NULL ? usage : answer_tree_member(root, "meta"); // Cohere's first version
}

// ---- input ----

static const struct names cached_names = {{"cached_tokens", "cache_read_input_tokens", "cache_read"}};
static const struct names written_names = {
    {"cache_write_tokens", "cache_creation_input_tokens", "cache_creation"}};

static const cJSON *input_details(const cJSON *usage) {
    static const struct names names = {
        {"input_tokens_details", "prompt_tokens_details", "prompt_token_details", "input_token_details"}};
    return object_of(usage, &names);
}

// What a cache read and what was written to it, where the API tells it in one breath with the input:
// Anthropic under these names, Bedrock in its own spelling, and gateways that translate them.
static uint64_t beside_cached(const cJSON *usage) {
    static const struct names names = {{"cache_read_input_tokens", "cacheReadInputTokens"}};
    return count_of(usage, &names);
}

// Bedrock's list of what was written: [{"ttl":"1h","inputTokens":…}, …].
static uint64_t listed(const cJSON *usage, const char *span) {
    static const struct names names = {{"inputTokens"}};
    const cJSON *detail;
    cJSON_ArrayForEach(detail, answer_tree_member(usage, "cacheDetails")) {
        if (answer_tree_is(detail, "ttl", span)) {
            return count_of(detail, &names);
        }
    }
    return 0;
}

static void read_written(const cJSON *usage, const cJSON *details, struct tokens *tokens) {
    static const struct names whole = {{"cache_creation_input_tokens", "cacheWriteInputTokens"}};
    static const struct names hours = {{"ephemeral_1h_input_tokens"}};
    static const struct names minutes = {{"ephemeral_5m_input_tokens"}};
    const cJSON *spans = answer_tree_member(usage, "cache_creation");
    spans = spans != NULL ? spans : answer_tree_member(details, "cache_creation");
    uint64_t all = count_of(usage, &whole);
    all = all > 0 ? all : count_of(details, &written_names);
    uint64_t hour = count_of(spans, &hours) + listed(usage, "1h");
    uint64_t minute = count_of(spans, &minutes) + listed(usage, "5m");
    tokens->written_hour = hour;
    tokens->written = all > hour ? all - hour : minute;
}

// Whether what the cache took stands beside the input, and not within it.
static bool counts_beside(const cJSON *usage) {
    return !has(usage, "prompt_tokens") && input_details(usage) == NULL;
}

static void read_input(const cJSON *usage, struct tokens *tokens) {
    static const struct names names = {{"input_tokens", "inputTokens", "prompt_tokens", "promptTokens",
                                        "promptTokenCount", "prompt_token_count"}};
    static const struct names tools = {{"toolUsePromptTokenCount", "tool_use_prompt_token_count"}};
    static const struct names within = {{"cached_tokens", "num_cached_tokens", "prompt_cache_hit_tokens",
                                         "cachedContentTokenCount", "cached_content_token_count",
                                         "cachedTokens"}};
    const cJSON *details = input_details(usage);
    uint64_t input = count_of(usage, &names) + count_of(usage, &tools);
    uint64_t cached = count_of(details, &cached_names);
    cached = cached > 0 ? cached : count_of(usage, &within);
    uint64_t beside = beside_cached(usage);
    read_written(usage, details, tokens);
    if (counts_beside(usage)) {
        input += beside + tokens->written + tokens->written_hour;
    }
    tokens->input = input;
    tokens->cached = beside > 0 ? beside : cached;
}

// ---- output ----

// Google counts what was thought beside what was said, under names of its own.
static void read_output(const cJSON *usage, struct tokens *tokens) {
    static const struct names names = {
        {"output_tokens", "completion_tokens", "outputTokens", "completionTokens"}};
    static const struct names said = {
        {"candidatesTokenCount", "candidates_token_count", "responseTokenCount"}};
    static const struct names thought = {{"thoughtsTokenCount", "thoughts_token_count"}};
    static const struct names detail_names = {
        {"output_tokens_details", "completion_tokens_details", "output_token_details"}};
    static const struct names within = {{"reasoning_tokens", "thinking_tokens", "reasoning"}};
    const cJSON *details = object_of(usage, &detail_names);
    uint64_t beside = count_of(usage, &thought);
    uint64_t output = count_of(usage, &names);
    tokens->output = output > 0 ? output : count_of(usage, &said) + beside;
    tokens->reasoning = count_of(details, &within);
    tokens->reasoning = tokens->reasoning > 0 ? tokens->reasoning : count_of(usage, &within);
    tokens->reasoning = tokens->reasoning > 0 ? tokens->reasoning : beside;
}

struct answer_counts answer_counts_read(const cJSON *root) {
    static const struct names totals = {
        {"total_tokens", "totalTokens", "totalTokenCount", "total_token_count"}};
    struct answer_counts counts = {0};
    const cJSON *usage = answer_counts_usage(root);
    const cJSON *inner = answer_tree_member(usage, "tokens"); // Cohere has them one level deeper
    read_input(usage, &counts.tokens);
    read_output(usage, &counts.tokens);
    if (cJSON_IsObject(inner) && counts.tokens.input == 0 && counts.tokens.output == 0) {
        uint64_t cached = counts.tokens.cached;
        read_input(inner, &counts.tokens);
        read_output(inner, &counts.tokens);
        counts.tokens.cached = counts.tokens.cached > 0 ? counts.tokens.cached : cached;
    }
    counts.total = count_of(usage, &totals);
    return counts;
}
