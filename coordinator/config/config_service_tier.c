#include "config/config_service_tier.h"

#include "ration/clock.h"
#include "ration/json_edit.h"
#include "ration/log.h"

#include <stdlib.h>
#include <string.h>

#define TIMEOUT (300 * CLOCK_SECOND)
#define TIMEOUT_FLEX (900 * CLOCK_SECOND) // developers.openai.com/api/docs/guides/flex-processing

static int no_memory(void) {
    log_fatal("config", "out of memory");
    return -1;
}

// As far as the command line says so; the requests of an input may say it as well.
static bool asks_flex(const struct options *options) {
    static const char *const flex[] = {"service_tier=flex", "service_tier=\"flex\""};
    bool asked = options->service_tier != NULL && strcmp(options->service_tier, "flex") == 0;
    for (size_t i = 0; i < options->param.count; i++) {
        asked = asked || strcmp(options->param.text[i], flex[0]) == 0 ||
                strcmp(options->param.text[i], flex[1]) == 0;
    }
    return asked;
}

int config_service_tier_take(const struct options *options, const struct provider *provider,
                             struct settings *settings) {
    const char *tier = options->service_tier;
    settings->timeout = options->timeout > 0 ? options->timeout : asks_flex(options) ? TIMEOUT_FLEX : TIMEOUT;
    settings->flex_patience = options->flex_patience;
    if (tier == NULL) {
        return 0;
    }
    if (provider->tiers == NULL) {
        log_fatal("config",
                  "--service-tier %s: no service tiers of %s are known; leave it out, say --param "
                  "service_tier=%s, or \"service_tiers\" in a file of --providers",
                  tier, provider->name, tier);
        return -1;
    }
    if (!provider_has_tier(provider, tier)) {
        log_fatal("config", "--service-tier %s: %s has %s", tier, provider->name, provider->tiers);
        return -1;
    }
    settings->service_tier = strdup(tier);
    return settings->service_tier != NULL ? 0 : no_memory();
}

int config_service_tier_set(const struct options *options, const struct provider *provider, struct text *form,
                            struct settings *settings) {
    struct text made = {0}, value = {0};
    if (options->service_tier == NULL || form->failed) {
        return 0;
    }
    if (!provider_has_tier(provider, options->service_tier)) {
        log_warn("config", "--service-tier %s: %s has no such tier; its sessions ask for none",
                 options->service_tier, provider->name);
        return 0;
    }
    text_add(form, "", 1);
    text_add_json_string(&value, options->service_tier);
    text_add(&value, "", 1);
    if (form->failed || value.failed) {
        text_free(&value);
        return no_memory();
    }
    json_edit_set(&made, form->bytes, "service_tier", value.bytes);
    text_free(&value);
    if (settings != NULL && settings->plain_form == NULL) {
        settings->plain_form = form->bytes;
        *form = (struct text){0};
    }
    text_free(form);
    *form = made;
    return 0;
}
