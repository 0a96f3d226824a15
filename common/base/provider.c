#include "ration/provider.h"

#include <bsd/string.h>
#include <string.h>

#define BEARER "Authorization: Bearer "

static const struct provider providers[] = {
    {
        .name = "openai",
        .shape = PROVIDER_RESPONSES,
        .base_url = "https://api.openai.com/v1",
        .base_url_env = "OPENAI_BASE_URL",
        .key_env = "OPENAI_API_KEY",
        .key_header = BEARER,
        .path = "/responses",
        .model = "gpt-4o-mini",
        .model_env = "OPENAI_MODEL",
        .stored_prompts = true,
        .limit_key = "max_output_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .dialect = "openai",
    },
    {
        .name = "openai-chat",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.openai.com/v1",
        .base_url_env = "OPENAI_BASE_URL",
        .key_env = "OPENAI_API_KEY",
        .key_header = BEARER,
        .path = "/chat/completions",
        .model = "gpt-4o-mini",
        .model_env = "OPENAI_MODEL",
        .limit_key = "max_completion_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .dialect = "openai",
    },
    {
        .name = "anthropic",
        .shape = PROVIDER_MESSAGES,
        .base_url = "https://api.anthropic.com/v1",
        .base_url_env = "ANTHROPIC_API_BASE_URL",
        .key_env = "ANTHROPIC_API_KEY",
        .key_header = "x-api-key: ",
        .extra_header = "anthropic-version: 2023-06-01",
        .path = "/messages",
        .model = "claude-haiku-4-5",
        .model_env = "ANTHROPIC_MODEL",
        .limit_key = "max_tokens",
        .limit_default = 1024, // the API refuses a request without a limit
        .charging = PROVIDER_CHARGES_ACTUAL,
        .dialect = "anthropic",
    },
    {
        .name = "azure", // the model is the name of a deployment
        .shape = PROVIDER_CHAT,
        .base_url = "https://RESOURCE.openai.azure.com/openai/v1",
        .base_url_example = true,
        .base_url_env = "AZURE_OPENAI_BASE_URL",
        .key_env = "AZURE_OPENAI_API_KEY",
        .key_header = "api-key: ",
        .path = "/chat/completions",
        .limit_key = "max_completion_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .dialect = "azure",
    },
    {
        .name = "perplexity",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.perplexity.ai",
        .base_url_env = "PERPLEXITY_BASE_URL",
        .key_env = "PERPLEXITY_API_KEY",
        .key_header = BEARER,
        .path = "/chat/completions",
        .model = "sonar",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .dialect = "none",
    },
    {
        .name = "groq",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.groq.com/openai/v1",
        .base_url_env = "GROQ_BASE_URL",
        .key_env = "GROQ_API_KEY",
        .key_header = BEARER,
        .path = "/chat/completions",
        .model = "llama-3.1-8b-instant",
        .limit_key = "max_completion_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .dialect = "groq",
    },
    {
        .name = "mistral",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.mistral.ai/v1",
        .base_url_env = "MISTRAL_BASE_URL",
        .key_env = "MISTRAL_API_KEY",
        .key_header = BEARER,
        .path = "/chat/completions",
        .model = "mistral-small-latest",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .dialect = "mistral",
    },
    {
        .name = "ollama",
        .shape = PROVIDER_CHAT,
        .base_url = "http://localhost:11434/v1",
        .base_url_env = "OLLAMA_BASE_URL",
        .key_env = "OLLAMA_API_KEY",
        .key_optional = true,
        .key_header = BEARER,
        .path = "/chat/completions",
        .model = "llama3.2",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .dialect = "none",
    },
    {
        .name = "vllm", // the model is the one that it serves
        .shape = PROVIDER_CHAT,
        .base_url = "http://localhost:8000/v1",
        .base_url_env = "VLLM_BASE_URL",
        .key_env = "VLLM_API_KEY",
        .key_optional = true,
        .key_header = BEARER,
        .path = "/chat/completions",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .dialect = "none",
    },
    {
        .name = "llama.cpp", // one server has one model, whatever the request says
        .shape = PROVIDER_CHAT,
        .base_url = "http://localhost:8080/v1",
        .base_url_env = "LLAMA_CPP_BASE_URL",
        .key_env = "LLAMA_API_KEY",
        .key_optional = true,
        .key_header = BEARER,
        .path = "/chat/completions",
        .model = "default",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .dialect = "none",
    },
};
#define PROVIDERS (sizeof(providers) / sizeof(providers[0]))

const struct provider *provider_find(const char *name) {
    for (size_t i = 0; i < PROVIDERS; i++) {
        if (strcmp(providers[i].name, name) == 0) {
            return &providers[i];
        }
    }
    return NULL;
}

static bool ends(const char *path, const char *with) {
    size_t length = strlen(path), size = strlen(with);
    return length >= size && strcmp(path + length - size, with) == 0;
}

enum provider_shape provider_shape_of(const char *path) {
    return ends(path, "/responses")          ? PROVIDER_RESPONSES
           : ends(path, "/chat/completions") ? PROVIDER_CHAT
           : ends(path, "/messages")         ? PROVIDER_MESSAGES
                                             : PROVIDER_OPAQUE;
}

const struct provider *provider_at(size_t index) {
    return index < PROVIDERS ? &providers[index] : NULL;
}

const char *provider_names(void) {
    static char names[PROVIDERS * 32];
    names[0] = '\0';
    for (size_t i = 0; i < PROVIDERS; i++) {
        (void)strlcat(names, i > 0 ? ", " : "", sizeof(names));
        (void)strlcat(names, providers[i].name, sizeof(names));
    }
    return names;
}

uint64_t provider_output_limit(const struct provider *provider, uint64_t asked) {
    return asked > 0 ? asked : provider->limit_default;
}

uint64_t provider_least_charge(const struct provider *provider, uint64_t limit) {
    return provider->charging == PROVIDER_CHARGES_MOST ? limit : 0;
}
