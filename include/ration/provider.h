// The APIs that ration can talk to, as data: rows that are built in, and rows of a file (provider_row.h).
// What differs in code is the shape of requests and answers (common/records/request.c,
// worker/exchange/answer_shape.c).
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

// How it keeps the beginnings of prompts, which cost less the next time.
enum provider_caching {
    PROVIDER_CACHES_UNKNOWN, // not at all, or nobody knows
    PROVIDER_CACHES_ITSELF,  // without being asked
    PROVIDER_CACHES_KEYED,   // likewise, and more surely with a prompt_cache_key
    PROVIDER_CACHES_MARKED,  // up to where cache_control stands
};

// What its limits of tokens do with input that a cache gave.
enum provider_cached {
    PROVIDER_COUNTS_CACHED,  // as any other
    PROVIDER_LEAVES_CACHED,  // they do not count it
    PROVIDER_RETURNS_CACHED, // they count it at admission, and give it back with the answer
};

// Where the key stands in a request.
enum provider_auth {
    PROVIDER_AUTH_BEARER, // Authorization: Bearer KEY
    PROVIDER_AUTH_HEADER, // a header of its own: auth_name: KEY
    PROVIDER_AUTH_QUERY,  // a parameter of the URL: ?auth_name=KEY
    PROVIDER_AUTH_NONE,   // nowhere
    PROVIDER_AUTH_AWS,    // it signs the request (SigV4) for the service auth_name
};

// Whose batch API it has, or one like it.
enum provider_batches {
    PROVIDER_BATCHES_OF_SHAPE, // Anthropic's, where it speaks as that, else OpenAI's
    PROVIDER_BATCHES_OPENAI,
    PROVIDER_BATCHES_ANTHROPIC,
    PROVIDER_BATCHES_MISTRAL,
    PROVIDER_BATCHES_TOGETHER,
    PROVIDER_BATCHES_NONE,
};

#define PROVIDER_HEADERS 16U

// A text may be NULL where it says so.
struct provider {
    const char *name;
    enum provider_shape shape;
    const char *base_url;     // without a trailing slash; {NAME} is that environment variable
    bool base_url_example;    // each account has its own; base_url shows only what it looks like
    const char *base_url_env; // environment variable that overrides it; NULL: none
    const char *key_env;      // environment variable that holds the key; NULL: none
    bool key_optional;        // answers without a key, too
    enum provider_auth auth;
    const char *auth_name;                // see there; NULL: not needed
    const char *aws_service;              // may be signed for this service with the keys of AWS; NULL: not
    const char *header[PROVIDER_HEADERS]; // "Name: value" that each request needs; the first NULL ends them
    const char *query;                    // "a=b&c=d", as it stands in each URL; NULL: none
    const char *path;                     // appended to the base URL; {model} is the model
    const char *models_path;              // likewise, where its models are listed; NULL: nowhere
    const char *model;                    // default; NULL: --model is needed
    const char *model_env;                // environment variable that overrides it; NULL: none
    const char *model_ends; // YYYY-MM-DD: from then on the default is no longer served; NULL: not known
    const char *model_next; // what its provider recommends instead; NULL: nothing
    bool stored_prompts;    // understands prompt{id,version,variables}, which name a model of their own
    const char *limit_key;  // how a request calls its longest answer
    uint64_t limit_default; // sent when none is asked for; 0: nothing is sent
    enum provider_charging charging;
    enum provider_caching caching;
    enum provider_cached cached;
    const char *dialect; // of its rate limit headers; "none": it sends none
    enum provider_batches batches;
    const char *tiers; // "auto|default|flex": what service_tier may say; NULL: it has none, or nobody knows
};

// NULL when no provider has that name.
const struct provider *provider_find(const char *name);

// The shape of what is asked at that path: "/responses", …
enum provider_shape provider_shape_of(const char *path);

// The table, row by row; NULL beyond its end.
const struct provider *provider_at(size_t index);

// "openai, openai-chat, …", for people.
const char *provider_names(void);

// Never PROVIDER_BATCHES_OF_SHAPE.
enum provider_batches provider_batches_of(const struct provider *provider);

// Whether it has a service tier of that name.
bool provider_has_tier(const struct provider *provider, const char *tier);
// How a request asks for its usual service tier; NULL: by no word that is known, it names none.
const char *provider_usual_tier(const struct provider *provider);

// The longest answer that requests ask for, in tokens, when `asked` were configured (0: nothing). 0: the
// API's own.
uint64_t provider_output_limit(const struct provider *provider, uint64_t asked);

// What a request is charged at admission at least, in tokens, when its longest answer is `limit` (0: not
// told).
uint64_t provider_least_charge(const struct provider *provider, uint64_t limit);

#endif
