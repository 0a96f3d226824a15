/* Whose manners an answer has. Pure. */
#ifndef SIMAPI_DIALECT_H
#define SIMAPI_DIALECT_H

#include "sim_ask.h"

/* Words of options, in the order of the enums behind them. */
#define DIALECT_WORDS "openai|azure|groq|mistral|cerebras|anthropic|ietf|ietf-old|none"
#define RETRY_AFTER_WORDS "seconds|ms|date|none|garbage"
#define SHOULD_RETRY_WORDS "true|false"
#define CHARGE_WORDS "max|estimate|actual"
#define SPEND_CAP_WORDS "openai|anthropic|anthropic-user"

enum dialect {
    DIALECT_OF_PATH, /* anthropic for /v1/messages, else openai */
    DIALECT_OPENAI,
    DIALECT_AZURE,
    DIALECT_GROQ,
    DIALECT_MISTRAL,
    DIALECT_CEREBRAS,
    DIALECT_ANTHROPIC,
    DIALECT_IETF,
    DIALECT_IETF_OLD,
    DIALECT_NONE
};

enum retry_after {
    RETRY_AFTER_OF_DIALECT, /* seconds; openai and azure: ms as well */
    RETRY_AFTER_SECONDS,
    RETRY_AFTER_MS,
    RETRY_AFTER_DATE,
    RETRY_AFTER_NONE,
    RETRY_AFTER_GARBAGE
};

/* What an admission costs; the rest comes at settlement. */
enum should_retry { SHOULD_RETRY_UNTOLD, SHOULD_RETRY_TRUE, SHOULD_RETRY_FALSE };

enum charge_rule {
    CHARGE_OF_PATH,  /* actual for /v1/messages, else max */
    CHARGE_MAX,      /* tokens: max(output limit, estimate); output: the output limit */
    CHARGE_ESTIMATE, /* tokens: input and expected output */
    CHARGE_ACTUAL    /* what is known: the input; the output when it is there, and 1 to begin with */
};

enum spend_cap {
    SPEND_CAP_OF_PATH, /* anthropic for /v1/messages, else openai */
    SPEND_CAP_OPENAI,
    SPEND_CAP_ANTHROPIC,
    SPEND_CAP_ANTHROPIC_USER
};

/* The ones in force for a path: never the OF_PATH ones. */
enum dialect sim_dialect_of(enum dialect d, enum api api);
enum charge_rule sim_dialect_charge_rule(enum charge_rule r, enum api api);
enum spend_cap sim_dialect_spend_cap(enum spend_cap s, enum api api);

#endif
