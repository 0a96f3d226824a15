// The APIs that ration can talk to, as data. What differs in code is the shape of requests and answers
// (worker/request.c, worker/answer.c).
#ifndef RATION_PROVIDER_H
#define RATION_PROVIDER_H

#include <stdbool.h>

enum provider_shape {
    PROVIDER_RESPONSES, // OpenAI POST /responses
    PROVIDER_CHAT,      // OpenAI POST /chat/completions and its compatibles
};

struct provider {
    const char *name;
    enum provider_shape shape;
    const char *base_url;     // without a trailing slash
    const char *base_url_env; // environment variable that overrides it
    const char *key_env;      // environment variable that holds the key
    const char *path;         // appended to the base URL
    const char *model;        // default; NULL: the stored prompt names one
    bool stored_prompts;      // understands prompt{id,version,variables}
};

// NULL when no provider has that name.
const struct provider *provider_find(const char *name);

// "openai, openai-chat"
const char *provider_names(void);

#endif
