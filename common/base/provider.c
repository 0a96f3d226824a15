#include "ration/provider.h"

#include <bsd/string.h>
#include <string.h>

// Where nothing else is said: an API that speaks as OpenAI's chat completions do, with its key as bearer; and
// one that lists its models as well.
#define CHAT                                                                        \
    .shape = PROVIDER_CHAT, .path = "/chat/completions", .limit_key = "max_tokens", \
    .charging = PROVIDER_CHARGES_ESTIMATE
#define CHAT_LISTED CHAT, .models_path = "/models"
// gpt-4o-mini and what OpenAI names in its place: developers.openai.com/api/docs/deprecations, 2026-11.
#define OPENAI_MODEL                                                                 \
    .model = "gpt-4o-mini", .model_env = "OPENAI_MODEL", .model_ends = "2027-01-14", \
    .model_next = "gpt-6-luna"

// developers.openai.com/api/reference; learn.microsoft.com/azure/foundry/openai/how-to/flex-processing;
// platform.claude.com/docs/en/api/service-tiers; console.groq.com/docs/service-tiers
#define OPENAI_TIERS .tiers = "auto|default|flex|priority|scale|fast"
#define AZURE_TIERS .tiers = "auto|default|flex|priority"

static const struct provider providers[] = {
    {
        .name = "openai",
        .shape = PROVIDER_RESPONSES,
        .base_url = "https://api.openai.com/v1",
        .base_url_env = "OPENAI_BASE_URL",
        .key_env = "OPENAI_API_KEY",
        .path = "/responses",
        .models_path = "/models",
        OPENAI_MODEL,
        .stored_prompts = true,
        .limit_key = "max_output_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .caching = PROVIDER_CACHES_KEYED,
        OPENAI_TIERS,
        .dialect = "openai",
    },
    {
        .name = "openai-chat",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.openai.com/v1",
        .base_url_env = "OPENAI_BASE_URL",
        .key_env = "OPENAI_API_KEY",
        .path = "/chat/completions",
        .models_path = "/models",
        OPENAI_MODEL,
        .limit_key = "max_completion_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .caching = PROVIDER_CACHES_KEYED,
        OPENAI_TIERS,
        .dialect = "openai",
    },
    {
        .name = "anthropic",
        .shape = PROVIDER_MESSAGES,
        .base_url = "https://api.anthropic.com/v1",
        .base_url_env = "ANTHROPIC_API_BASE_URL",
        .key_env = "ANTHROPIC_API_KEY",
        .auth = PROVIDER_AUTH_HEADER,
        .auth_name = "x-api-key",
        .header = {"anthropic-version: 2023-06-01"},
        .path = "/messages",
        .models_path = "/models",
        .model = "claude-haiku-4-5",
        .model_env = "ANTHROPIC_MODEL",
        .limit_key = "max_tokens",
        .limit_default = 1024, // the API refuses a request without a limit
        .charging = PROVIDER_CHARGES_ACTUAL,
        .cached = PROVIDER_LEAVES_CACHED, // docs.claude.com/en/api/rate-limits
        .caching = PROVIDER_CACHES_MARKED,
        .tiers = "auto|standard_only",
        .dialect = "anthropic",
    },
    {
        .name = "azure", // the model is the name of a deployment
        .shape = PROVIDER_CHAT,
        .base_url = "https://RESOURCE.openai.azure.com/openai/v1",
        .base_url_example = true,
        .base_url_env = "AZURE_OPENAI_BASE_URL",
        .key_env = "AZURE_OPENAI_API_KEY",
        .auth = PROVIDER_AUTH_HEADER,
        .auth_name = "api-key",
        .path = "/chat/completions",
        .limit_key = "max_completion_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .caching = PROVIDER_CACHES_KEYED,
        AZURE_TIERS,
        .dialect = "azure",
    },
    {
        .name = "perplexity",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.perplexity.ai",
        .base_url_env = "PERPLEXITY_BASE_URL",
        .key_env = "PERPLEXITY_API_KEY",
        .path = "/chat/completions",
        .model = "sonar",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "groq",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.groq.com/openai/v1",
        .base_url_env = "GROQ_BASE_URL",
        .key_env = "GROQ_API_KEY",
        .path = "/chat/completions",
        .models_path = "/models",
        .model = "openai/gpt-oss-20b",
        .limit_key = "max_completion_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .caching = PROVIDER_CACHES_ITSELF,
        .cached = PROVIDER_RETURNS_CACHED, // console.groq.com/docs/prompt-caching
        .tiers = "auto|on_demand|flex|performance",
        .dialect = "groq",
    },
    {
        .name = "mistral",
        .shape = PROVIDER_CHAT,
        .base_url = "https://api.mistral.ai/v1",
        .base_url_env = "MISTRAL_BASE_URL",
        .key_env = "MISTRAL_API_KEY",
        .path = "/chat/completions",
        .models_path = "/models",
        .model = "mistral-small-latest",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .caching = PROVIDER_CACHES_KEYED,
        .batches = PROVIDER_BATCHES_MISTRAL,
        .dialect = "mistral",
    },
    {
        .name = "ollama",
        .shape = PROVIDER_CHAT,
        .base_url = "http://localhost:11434/v1",
        .base_url_env = "OLLAMA_BASE_URL",
        .key_env = "OLLAMA_API_KEY",
        .key_optional = true,
        .path = "/chat/completions",
        .models_path = "/models",
        .model = "llama3.2",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "vllm", // the model is the one that it serves
        .shape = PROVIDER_CHAT,
        .base_url = "http://localhost:8000/v1",
        .base_url_env = "VLLM_BASE_URL",
        .key_env = "VLLM_API_KEY",
        .key_optional = true,
        .path = "/chat/completions",
        .models_path = "/models",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "none",
    },
    {
        .name = "llama.cpp", // one server has one model, whatever the request says
        .shape = PROVIDER_CHAT,
        .base_url = "http://localhost:8080/v1",
        .base_url_env = "LLAMA_CPP_BASE_URL",
        .key_env = "LLAMA_API_KEY",
        .key_optional = true,
        .path = "/chat/completions",
        .models_path = "/models",
        .model = "default",
        .limit_key = "max_tokens",
        .charging = PROVIDER_CHARGES_ESTIMATE,
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "gemini", // ai.google.dev/gemini-api/docs/openai
        CHAT_LISTED,
        .base_url = "https://generativelanguage.googleapis.com/v1beta/openai",
        .base_url_env = "GEMINI_BASE_URL",
        .key_env = "GEMINI_API_KEY",
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "none",
    },
    {
        .name = "openrouter",
        CHAT_LISTED,
        .base_url = "https://openrouter.ai/api/v1",
        .base_url_env = "OPENROUTER_BASE_URL",
        .key_env = "OPENROUTER_API_KEY",
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "openai",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "deepseek",
        CHAT_LISTED,
        .base_url = "https://api.deepseek.com/v1",
        .base_url_env = "DEEPSEEK_BASE_URL",
        .key_env = "DEEPSEEK_API_KEY",
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "together",
        CHAT_LISTED,
        .base_url = "https://api.together.ai/v1",
        .base_url_env = "TOGETHER_BASE_URL",
        .key_env = "TOGETHER_API_KEY",
        .caching = PROVIDER_CACHES_ITSELF,
        .batches = PROVIDER_BATCHES_TOGETHER,
        .dialect = "openai",
    },
    {
        .name = "fireworks",
        CHAT_LISTED,
        .base_url = "https://api.fireworks.ai/inference/v1",
        .base_url_env = "FIREWORKS_BASE_URL",
        .key_env = "FIREWORKS_API_KEY",
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "openai",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "xai",
        CHAT_LISTED,
        .base_url = "https://api.x.ai/v1",
        .base_url_env = "XAI_BASE_URL",
        .key_env = "XAI_API_KEY",
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "openai",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "cerebras",
        CHAT_LISTED,
        .base_url = "https://api.cerebras.ai/v1",
        .base_url_env = "CEREBRAS_BASE_URL",
        .key_env = "CEREBRAS_API_KEY",
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "openai",
    },
    {
        .name = "nvidia",
        CHAT_LISTED,
        .base_url = "https://integrate.api.nvidia.com/v1",
        .base_url_env = "NVIDIA_BASE_URL",
        .key_env = "NVIDIA_API_KEY",
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "huggingface", // its router, which sends on to whoever serves the model
        CHAT_LISTED,
        .base_url = "https://router.huggingface.co/v1",
        .base_url_env = "HF_BASE_URL",
        .key_env = "HF_TOKEN",
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "bedrock", // docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html
        CHAT,              // and nothing else
        .base_url = "https://bedrock-runtime.{AWS_REGION|AWS_DEFAULT_REGION}.amazonaws.com/openai/v1",
        .base_url_env = "AWS_BEDROCK_BASE_URL",
        .key_env = "AWS_BEARER_TOKEN_BEDROCK",
        .aws_service = "bedrock",
        .dialect = "none",
    },
    {
        .name = "vertex", // its key is a token of an hour: --api-key-command "gcloud auth print-access-token"
        CHAT,
        .base_url = "https://{GOOGLE_CLOUD_LOCATION}-aiplatform.googleapis.com/v1/projects/"
                    "{GOOGLE_CLOUD_PROJECT}/locations/{GOOGLE_CLOUD_LOCATION}/endpoints/openapi",
        .base_url_env = "VERTEX_BASE_URL",
        .key_env = "VERTEX_ACCESS_TOKEN",
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "azure-deployments", // the older paths, with a version of the API in each URL
        .shape = PROVIDER_CHAT,
        .base_url = "https://RESOURCE.openai.azure.com/openai",
        .base_url_example = true,
        .base_url_env = "AZURE_OPENAI_BASE_URL",
        .key_env = "AZURE_OPENAI_API_KEY",
        .auth = PROVIDER_AUTH_HEADER,
        .auth_name = "api-key",
        .query = "api-version=2024-10-21",
        .path = "/deployments/{model}/chat/completions",
        .limit_key = "max_completion_tokens",
        .charging = PROVIDER_CHARGES_MOST,
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "azure",
    },
    {
        .name = "lm-studio",
        CHAT_LISTED,
        .base_url = "http://localhost:1234/v1",
        .base_url_env = "LM_STUDIO_BASE_URL",
        .key_env = "LM_STUDIO_API_KEY",
        .key_optional = true,
        .caching = PROVIDER_CACHES_ITSELF,
        .dialect = "none",
        .batches = PROVIDER_BATCHES_NONE,
    },
    {
        .name = "sglang",
        CHAT_LISTED,
        .base_url = "http://localhost:30000/v1",
        .base_url_env = "SGLANG_BASE_URL",
        .key_env = "SGLANG_API_KEY",
        .key_optional = true,
        .caching = PROVIDER_CACHES_ITSELF,
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

enum provider_batches provider_batches_of(const struct provider *provider) {
    if (provider->batches != PROVIDER_BATCHES_OF_SHAPE) {
        return provider->batches;
    }
    return provider->shape == PROVIDER_MESSAGES ? PROVIDER_BATCHES_ANTHROPIC : PROVIDER_BATCHES_OPENAI;
}

bool provider_has_tier(const struct provider *provider, const char *tier) {
    size_t length = strlen(tier);
    for (const char *at = provider->tiers; at != NULL && length > 0;) {
        size_t word = strcspn(at, "|");
        if (word == length && strncmp(at, tier, length) == 0) {
            return true;
        }
        at = at[word] != '\0' ? at + word + 1 : NULL;
    }
    return false;
}

const char *provider_usual_tier(const struct provider *provider) {
    static const char *const usual[] = {"default", "on_demand", "standard_only"};
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        if (provider_has_tier(provider, usual[i])) {
            return usual[i];
        }
    }
    return NULL;
}

uint64_t provider_output_limit(const struct provider *provider, uint64_t asked) {
    return asked > 0 ? asked : provider->limit_default;
}

uint64_t provider_least_charge(const struct provider *provider, uint64_t limit) {
    return provider->charging == PROVIDER_CHARGES_MOST ? limit : 0;
}
