#include "exchange/answer_usage.h"

#include "exchange/answer_tier.h"
#include "ration/answer_counts.h"

#define TOKEN_BYTES 4U

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

// A stream tells its counts again and again, and they only grow: what is less is only a part. A larger input
// has its own split; one that is the same may tell more of it.
static void take_input(const struct tokens *from, struct tokens *to) {
    if (from->input > to->input) {
        to->input = from->input;
        to->cached = from->cached;
        to->written = from->written;
        to->written_hour = from->written_hour;
    } else if (from->input == to->input) {
        to->cached = most(to->cached, from->cached);
        to->written = most(to->written, from->written);
        to->written_hour = most(to->written_hour, from->written_hour);
    }
}

static void take_output(const struct tokens *from, struct tokens *to) {
    if (from->output > to->output) {
        to->output = from->output;
        to->reasoning = from->reasoning;
    } else {
        to->reasoning = most(to->reasoning, from->reasoning);
    }
}

// Whatever a server says, a part is no more than its whole.
static void clamp(struct tokens *tokens) {
    tokens->cached = least(tokens->cached, tokens->input);
    tokens->written = least(tokens->written, tokens->input - tokens->cached);
    tokens->written_hour = least(tokens->written_hour, tokens->input - tokens->cached - tokens->written);
    tokens->reasoning = least(tokens->reasoning, tokens->output);
}

void answer_usage_read(const cJSON *root, struct answer *answer) {
    struct answer_counts counts = answer_counts_read(root);
    struct tokens *tokens = &answer->tokens;
    if (counts.total == 0 && counts.tokens.output > 0 && counts.tokens.reasoning > counts.tokens.output) {
        counts.tokens.output += counts.tokens.reasoning; // it cannot stand within it
    }
    take_input(&counts.tokens, tokens);
    take_output(&counts.tokens, tokens);
    uint64_t sum = tokens->input + tokens->output;
    if (counts.total > sum && tokens->input > 0) {
        // not told, or without the tokens of thinking, which are paid for as well
        tokens->output = counts.total - tokens->input;
    } else if (counts.total > tokens->output && tokens->input == 0 && tokens->output > 0) {
        tokens->input = counts.total - tokens->output;
    }
    clamp(tokens);
    answer->no_output = tokens->output == 0 && counts.total > 0 && counts.total == tokens->input;
    answer->total_tokens = most(counts.total, tokens->input + tokens->output);
    answer_tier_read(root, answer);
}

void answer_usage_fill(struct answer *answer, uint64_t input) {
    uint64_t told = answer->tokens.input + answer->tokens.output;
    if (answer->text_length == 0 || answer->no_output ||
        (answer->tokens.input > 0 && answer->tokens.output > 0)) {
        return;
    }
    answer->estimated = true;
    if (told == 0 && answer->total_tokens > 0) {
        answer->tokens.input = input < answer->total_tokens ? input : answer->total_tokens - 1;
        answer->tokens.output = answer->total_tokens - answer->tokens.input;
        return;
    }
    if (answer->tokens.input == 0) {
        answer->tokens.input = input;
    }
    if (answer->tokens.output == 0) {
        answer->tokens.output = (answer->text_length + TOKEN_BYTES - 1) / TOKEN_BYTES;
    }
    answer->total_tokens = answer->tokens.input + answer->tokens.output;
}
