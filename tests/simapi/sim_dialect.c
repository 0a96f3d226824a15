#include "sim_dialect.h"

enum dialect sim_dialect_of(enum dialect d, enum api api) {
    if (d != DIALECT_OF_PATH)
        return d;
    return api == API_MESSAGES ? DIALECT_ANTHROPIC : DIALECT_OPENAI;
}

enum charge_rule sim_dialect_charge_rule(enum charge_rule r, enum api api) {
    if (r != CHARGE_OF_PATH)
        return r;
    return api == API_MESSAGES ? CHARGE_ACTUAL : CHARGE_MAX;
}

enum spend_cap sim_dialect_spend_cap(enum spend_cap s, enum api api) {
    if (s != SPEND_CAP_OF_PATH)
        return s;
    return api == API_MESSAGES ? SPEND_CAP_ANTHROPIC : SPEND_CAP_OPENAI;
}
