// The APIs that ration can talk to, as data. What differs in code is the shape of requests and answers
// (common/records/request.c, worker/exchange/answer_shape.c).
#ifndef RATION_PROVIDER_H
#define RATION_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum provider_shape {
    PROVIDER_RESPONSES, // OpenAI POST /responses
    PROVIDER_CHAT,      // OpenAI POST /chat/completions and its compatibles
    PROVIDER_MESSAGES,  // Anthropic POST /messages
    PROVIDER_OPAQUE,    // any other: JSON that is kept as it comes
    PROVIDER_SHAPES,    // how many there are
};

// What the provider takes from its token limit when it admits a request; the reported usage replaces it in
// the end.
enum provider_charging {
    PROVIDER_CHARGES_ESTIMATE, // what it expects of the input
    PROVIDER_CHARGES_MOST,     // the larger of that and the longest answer asked for
    PROVIDER_CHARGES_ACTUAL,   // the input; output as it is produced
};

struct provider {
    const char *name;
    enum provider_shape shape;
    const char *base_url;     // without a trailing slash
    bool base_url_example;    // each account has its own; base_url shows only what it looks like
    const char *base_url_env; // environment variable that overrides it
    const char *key_env;      // environment variable that holds the key
    bool key_optional;        // answers without a key, too
    const char *key_header;   // header line up to where the key stands
    const char *extra_header; // header line that each request needs; NULL: none
    const char *path;         // appended to the base URL
    const char *model;        // default; NULL: --model is needed
    const char *model_env;    // environment variable that overrides it; NULL: none
    bool stored_prompts;      // understands prompt{id,version,variables}, which name a model of their own
    const char *limit_key;    // how a request calls its longest answer
    uint64_t limit_default;   // sent when none is asked for; 0: nothing is sent
    enum provider_charging charging;
    const char *dialect; // of its rate limit headers; "none": it sends none
};

// NULL when no provider has that name.
const struct provider *provider_find(const char *name);

// The shape of what is asked at that path: "/responses", …
enum provider_shape provider_shape_of(const char *path);

// The table, row by row; NULL beyond its end.
const struct provider *provider_at(size_t index);

// "openai, openai-chat, …", for people.
const char *provider_names(void);

// The longest answer that requests ask for, in tokens, when `asked` were configured (0: nothing). 0: the
// API's own.
uint64_t provider_output_limit(const struct provider *provider, uint64_t asked);

// What a request is charged at admission at least, in tokens, when its longest answer is `limit` (0: not
// told).
uint64_t provider_least_charge(const struct provider *provider, uint64_t limit);

#endif
