#include "config/config_tier.h"

#include "config/suggest.h"
#include "ration/log.h"
#include "ration/money.h"
#include "system/small_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TIERS_FILE (1U << 20)

static int add_file(const char *path, struct tier_table *table) {
    struct stat status;
    size_t length = 0;
    char problem[256];
    char *text = small_file_read("tiers", path, MAX_TIERS_FILE, &length, &status);
    if (text == NULL) {
        return -1;
    }
    int result = tier_table_add(table, text, length, problem, sizeof(problem));
    free(text);
    if (result != 0) {
        log_fatal("config", "--tiers %s: %s", path, problem);
    }
    return result;
}

struct tier_table *config_tier_table(const struct options *options) {
    struct tier_table *table = malloc(sizeof(*table));
    if (table == NULL) {
        log_fatal("config", "out of memory");
        return NULL;
    }
    tier_table_begin(table);
    if (options->tiers != NULL && add_file(options->tiers, table) != 0) {
        free(table);
        return NULL;
    }
    return table;
}

int config_tier_find(const char *option, const char *name, const struct tier_table *table, struct tier *out) {
    const struct tier *tier = tier_table_find(table, name);
    if (tier == NULL) {
        char *names = tier_table_names(table);
        char near[SUGGEST_LONGEST];
        suggest_of_list(name, names != NULL ? names : "", ',', near);
        log_fatal("config", "--%s: \"%s\" is not one of %s%s%s%s", option, name,
                  names != NULL ? names : "those known", near[0] != '\0' ? "; did you mean " : "", near,
                  near[0] != '\0' ? "?" : "");
        free(names);
        return -1;
    }
    *out = *tier;
    return 0;
}

bool config_tier_foreign(const char *tier, const char *provider) {
    static const struct {
        const char *begins, *providers;
    } known[] = {{"anthropic-", "anthropic"}, {"gpt-", "openai openai-chat azure"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strncmp(tier, known[i].begins, strlen(known[i].begins)) == 0) {
            size_t length = strlen(provider);
            const char *at = strstr(known[i].providers, provider);
            return at == NULL || (at[length] != ' ' && at[length] != '\0');
        }
    }
    return false;
}

int config_tier_take(const struct options *options, const struct tier_table *table, struct config *config) {
    if (options->tier != NULL && config_tier_find("tier", options->tier, table, &config->tier) != 0) {
        return -1;
    }
    if (options->tier != NULL && config_tier_foreign(options->tier, options->provider)) {
        log_warn(
            "config",
            "--tier %s: is of another provider than --provider %s; its limits and prices may not be yours",
            options->tier, options->provider);
    }
    config->limits = (struct ledger_limits){.told = config->tier.limits, .burst = options->burst};
    limits_prefer(&config->limits.told, &options->limits);
    config->max_cost = options->max_cost;
    config->max_cost_run = options->max_cost_run;
    return 0;
}

void config_tier_tell(const struct options *options, const struct config *config) {
    char requests[LIMITS_TEXT_SIZE], tokens[LIMITS_TEXT_SIZE], input[MONEY_TEXT_SIZE],
        output[MONEY_TEXT_SIZE];
    if (options->tier == NULL) {
        return;
    }
    limits_text(config->limits.told.of[LIMITS_REQUESTS_MINUTE], requests);
    limits_text(config->limits.told.of[LIMITS_TOKENS_MINUTE], tokens);
    money_print(config->tier.price.input * 1000, input);
    money_print(config->tier.price.output * 1000, output);
    log_info("config",
             "tier %s: %s requests and %s tokens a minute, %s a million input tokens, "
             "%s a million output tokens%s",
             config->tier.name, requests, tokens, input, output,
             config->tier.unchecked ? "; as once published: check them against your account" : "");
}
