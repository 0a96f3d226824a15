#include "config/batch_window.h"

#include <stdlib.h>
#include <string.h>

#define USUAL "24h"
#define DAY_HOURS 24U
#define WEEK_HOURS 168U
#define AZURE_HOURS 72U // where none is given

uint32_t batch_window_hours(const char *text) {
    size_t digits = strspn(text, "0123456789");
    uint32_t number = digits > 0 && digits < 5 ? (uint32_t)strtoul(text, NULL, 10) : 0;
    uint32_t each = strcmp(text + digits, "h") == 0 ? 1 : strcmp(text + digits, "d") == 0 ? DAY_HOURS : 0;
    return number * each <= WEEK_HOURS ? number * each : 0;
}

static bool is_dialect(const struct provider *provider, const char *name) {
    return provider->dialect != NULL && strcmp(provider->dialect, name) == 0;
}

// Azure answers within a day where it can, and ends no part that takes longer.
static const char *make_azure(const char *given, struct batch_window *out) {
    uint32_t hours = given != NULL ? batch_window_hours(given) : AZURE_HOURS;
    *out = (struct batch_window){USUAL, batch_window_hours(USUAL), (uint64_t)hours * 3600};
    return hours > 0 ? NULL
                     : "Azure lets a part wait for ever; --batch-window is when it is cancelled, 1h to 7d";
}

const char *batch_window_make(const char *given, const struct provider *provider, bool own_host,
                              struct batch_window *out) {
    enum provider_batches api = provider_batches_of(provider);
    const char *window = given != NULL ? given : USUAL;
    uint32_t hours = batch_window_hours(window);
    if (api == PROVIDER_BATCHES_OPENAI && is_dialect(provider, "azure")) {
        return make_azure(given, out);
    }
    *out = (struct batch_window){.asked = window, .hours = hours};
    if (api == PROVIDER_BATCHES_ANTHROPIC && strcmp(window, USUAL) != 0) {
        return "Anthropic's batches have 24 hours, no other --batch-window";
    }
    if (api == PROVIDER_BATCHES_MISTRAL && hours == 0) {
        return "Mistral's batches have hours or days, 168h or 7d at most: --batch-window 24h";
    }
    if (api == PROVIDER_BATCHES_OPENAI && own_host) {
        if (is_dialect(provider, "groq") && hours < DAY_HOURS) {
            return "Groq's batches have 24h to 7d: --batch-window 24h";
        }
        if (strncmp(provider->name, "openai", strlen("openai")) == 0 && strcmp(window, USUAL) != 0) {
            return "OpenAI's batches have 24 hours, no other --batch-window";
        }
    }
    return NULL;
}
