#include "ration/provider.h"

#include <stddef.h>
#include <string.h>

static const struct provider providers[] = {
    {
        .name = "openai",
        .shape = PROVIDER_RESPONSES,
        .base_url = "https://api.openai.com/v1",
        .base_url_env = "OPENAI_BASE_URL",
        .key_env = "OPENAI_API_KEY",
        .path = "/responses",
        .model = "gpt-4o-mini",
        .stored_prompts = true,
    },
    {
        .name = "openai-chat",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.openai.com/v1",
        .base_url_env = "OPENAI_BASE_URL",
        .key_env = "OPENAI_API_KEY",
        .path = "/chat/completions",
        .model = "gpt-4o-mini",
        .stored_prompts = false,
    },
};

const struct provider *provider_find(const char *name) {
    for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
        if (strcmp(providers[i].name, name) == 0) {
            return &providers[i];
        }
    }
    return NULL;
}

const char *provider_names(void) {
    return "openai, openai-chat";
}
