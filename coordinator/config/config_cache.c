#include "config/config_cache.h"

#include "ration/log.h"
#include "ration/request_cache.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#define TOKEN_BYTES 4U

static int refuse_unknown(const struct provider *provider) {
    log_fatal("config",
              "--cache-prompt: whether %s keeps the beginnings of prompts is not known; leave it out, or say "
              "\"caching\" (itself, key, marks) in a file of --providers",
              provider->name);
    return -1;
}

static int refuse_none(void) {
    log_fatal("config",
              "--cache-prompt: each request begins with a column, so that there is nothing to keep; "
              "begin --system or the prompt with the text that all share, or leave it out");
    return -1;
}

// A router passes requests on: behind it Anthropic's models keep what is marked, and nothing by themselves.
static bool wants_marks(const struct request_cache *cache, const char *model) {
    static const char maker[] = "anthropic/";
    return cache->mark == REQUEST_CACHE_ITSELF && model != NULL &&
           strncmp(model, maker, sizeof(maker) - 1) == 0;
}

static void tell(const struct provider *provider, const char *model, const struct request_cache *cache) {
    uint64_t tokens = cache->bytes / TOKEN_BYTES, least = request_cache_least(provider, model);
    if (wants_marks(cache, model)) {
        log_warn(
            "config",
            "--cache-prompt: %s keeps no beginning for the model %s by itself; mark it in a --request FILE "
            "with \"cache_control\"",
            provider->name, model);
    } else if (cache->mark == REQUEST_CACHE_ITSELF) {
        log_info("config", "--cache-prompt: %s keeps the beginnings of prompts by itself; nothing is added",
                 provider->name);
    } else if (cache->mark == REQUEST_CACHE_OWN) {
        log_info("config", "--cache-prompt: the request says by itself what is kept; nothing is added");
    }
    if (cache->mark != REQUEST_CACHE_ITSELF && cache->bytes != UINT64_MAX && tokens < least) {
        log_warn("config",
                 "--cache-prompt: the beginning that all requests share has about %" PRIu64
                 " tokens, and %s keeps none shorter than %" PRIu64 ": likely nothing is kept",
                 tokens, model != NULL ? model : provider->name, least);
    } else if (cache->mark == REQUEST_CACHE_MARKED && cache->bytes != UINT64_MAX) {
        log_info("config", "--cache-prompt: %s is to keep about %" PRIu64 " tokens, which all requests share",
                 provider->name, tokens);
    }
}

static uint64_t kept(const struct provider *provider, const char *model, const struct request_cache *cache) {
    uint64_t tokens = cache->bytes != UINT64_MAX ? cache->bytes / TOKEN_BYTES : 0;
    return tokens >= request_cache_least(provider, model) && !wants_marks(cache, model) ? tokens : 0;
}

int config_cache_take(const struct options *options, const struct provider *provider, const char *model,
                      struct text *form, struct settings *settings) {
    struct text made = {0};
    if (!options->cache_prompt || form->failed) {
        return 0;
    }
    if (provider->caching == PROVIDER_CACHES_UNKNOWN) {
        return refuse_unknown(provider);
    }
    text_add(form, "", 1);
    if (form->failed) {
        return 0; // whoever uses it tells
    }
    struct request_cache cache = request_cache_add(&made, form->bytes, provider, model);
    if (settings != NULL && settings->plain_form == NULL) {
        settings->plain_form = form->bytes;
        *form = (struct text){0};
    }
    text_free(form);
    *form = made;
    if (cache.mark == REQUEST_CACHE_NONE) {
        return refuse_none();
    }
    if (settings != NULL) {
        tell(provider, model, &cache);
        settings->kept_tokens = kept(provider, model, &cache);
    }
    return 0;
}
