#include "exchange/answer_usage.h"

#include "exchange/answer_tree.h"

#include <math.h>

#define MOST_TOKENS 1e7 // more is no count of one answer: as if not reported
#define TOKEN_BYTES 4U
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

// Of several names for one thing the first that has a number above 0; 0: none.
static uint64_t count_of(const cJSON *usage, const char *const *name, size_t names) {
    for (size_t i = 0; i < names; i++) {
        double number;
        if (answer_tree_number(answer_tree_member(usage, name[i]), &number) && number <= MOST_TOKENS &&
            number > 0) {
            return (uint64_t)ceil(number);
        }
    }
    return 0;
}

static const cJSON *usage_in(const cJSON *root) {
    static const char *const places[] = {"usage", "usageMetadata", "usage_metadata"};
    for (size_t i = 0; i < COUNT(places); i++) {
        const cJSON *usage = answer_tree_member(root, places[i]);
        if (cJSON_IsObject(usage)) {
            return usage;
        }
    }
    const cJSON *groq = answer_tree_member(answer_tree_member(root, "x_groq"), "usage");
    return groq != NULL ? groq : answer_tree_member(answer_tree_member(root, "meta"), "tokens");
}

// OpenAI counts cached input within the input, Anthropic beside it, under keys of its own.
static uint64_t input_of(const cJSON *usage) {
    static const char *const beside[] = {"cache_creation_input_tokens"};
    static const char *const read[] = {"cache_read_input_tokens"};
    static const char *const anthropic[] = {"input_tokens"};
    static const char *const others[] = {"prompt_tokens", "inputTokens", "promptTokens", "promptTokenCount"};
    uint64_t input = count_of(usage, anthropic, COUNT(anthropic)) + count_of(usage, beside, COUNT(beside)) +
                     count_of(usage, read, COUNT(read));
    return input > 0 ? input : count_of(usage, others, COUNT(others));
}

static uint64_t output_of(const cJSON *usage) {
    static const char *const names[] = {"output_tokens", "completion_tokens", "outputTokens",
                                        "completionTokens", "candidatesTokenCount"};
    return count_of(usage, names, COUNT(names));
}

void answer_usage_read(const cJSON *root, struct answer *answer) {
    static const char *const total_names[] = {"total_tokens", "totalTokens", "totalTokenCount"};
    const cJSON *usage = usage_in(root);
    uint64_t input = input_of(usage);
    uint64_t output = output_of(usage);
    uint64_t total = count_of(usage, total_names, COUNT(total_names));
    input = input > 0 ? input : answer->input_tokens;
    output = output > 0 ? output : answer->output_tokens;
    if (total > input + output && input > 0) {
        output = total - input; // not told, or without the tokens of thinking, which are paid for as well
    } else if (total > output && input == 0 && output > 0) {
        input = total - output;
    }
    answer->no_output = output == 0 && total > 0 && total == input;
    answer->input_tokens = input;
    answer->output_tokens = output;
    answer->total_tokens = total > input + output ? total : input + output;
}

void answer_usage_fill(struct answer *answer, uint64_t input) {
    uint64_t told = answer->input_tokens + answer->output_tokens;
    if (answer->text_length == 0 || answer->no_output ||
        (answer->input_tokens > 0 && answer->output_tokens > 0)) {
        return;
    }
    answer->estimated = true;
    if (told == 0 && answer->total_tokens > 0) {
        answer->input_tokens = input < answer->total_tokens ? input : answer->total_tokens - 1;
        answer->output_tokens = answer->total_tokens - answer->input_tokens;
        return;
    }
    if (answer->input_tokens == 0) {
        answer->input_tokens = input;
    }
    if (answer->output_tokens == 0) {
        answer->output_tokens = (answer->text_length + TOKEN_BYTES - 1) / TOKEN_BYTES;
    }
    answer->total_tokens = answer->input_tokens + answer->output_tokens;
}
