#include "sim_charge.h"

struct spend sim_charge_of(const struct ask *a, uint64_t uncounted, enum charge_rule rule,
                           uint64_t expected_output) {
    uint64_t output = a->max_output && a->max_output < expected_output ? a->max_output : expected_output;
    struct spend s = {.input = sim_ask_input_tokens(a) - uncounted, .output = output};

    if (rule == CHARGE_ACTUAL)
        s.output = 0;
    s.tokens = s.input + s.output;
    if (rule == CHARGE_MAX && a->max_output) {
        s.output = a->max_output;
        s.tokens = s.tokens < a->max_output ? a->max_output : s.tokens;
    }
    s.tokens += !s.tokens;
    s.output += !s.output;
    return s;
}

struct spend sim_charge_settled(struct spend charged, struct spend used, enum charge_rule rule, bool settle) {
    return settle || rule == CHARGE_ACTUAL ? used : charged;
}
