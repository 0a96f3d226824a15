#include "config/config_provider.h"

#include "config/providers_file.h"
#include "config/suggest.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "system/small_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PROVIDERS_FILE (1U << 20)
#define NAMES_SIZE ((CONFIG_PROVIDER_MOST + 64U) * 34U)
#define VALUE_MOST 512U

// ---- finding ----

static const struct provider *find(const struct config_provider *providers, const char *name) {
    for (size_t i = 0; i < providers->count; i++) {
        if (strcmp(providers->row[i].provider.name, name) == 0) {
            return &providers->row[i].provider;
        }
    }
    return provider_find(name);
}

const struct provider *config_provider_named(const struct config_provider *providers, const char *where,
                                             const char *name) {
    const struct provider *provider = find(providers, name);
    if (provider == NULL) {
        char names[NAMES_SIZE], near[SUGGEST_LONGEST];
        int length = snprintf(names, sizeof(names), "%s", provider_names());
        for (size_t i = 0; i < providers->count; i++) {
            length += snprintf(names + length, sizeof(names) - (size_t)length, ", %s",
                               providers->row[i].provider.name);
        }
        suggest_of_list(name, names, ',', near);
        log_fatal("config", "--%s: \"%.100s\" is not one of %s%s%s%s", where, name, names,
                  near[0] != '\0' ? "; did you mean " : "", near, near[0] != '\0' ? "?" : "");
    }
    return provider;
}

static int read_file(const char *path, struct config_provider *providers) {
    char problem[PROVIDERS_FILE_PROBLEM_SIZE];
    struct stat status;
    size_t length = 0;
    char *text = small_file_read("providers", path, MAX_PROVIDERS_FILE, &length, &status);
    if (text == NULL) {
        return -1;
    }
    int result =
        providers_file_parse(text, length, providers->row, CONFIG_PROVIDER_MOST, &providers->count, problem);
    explicit_bzero(text, length);
    free(text);
    if (result != 0) {
        log_fatal("config", "--providers %s: %s", path, problem);
    }
    return result;
}

// ---- what the command line adds ----

// What of a header's name says that its value is a key.
static bool looks_secret(const char *line) {
    static const char *const parts[] = {"key", "token", "secret", "auth", "password", "cookie", "credential"};
    char name[128];
    (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, ":"), line);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strcasestr(name, parts[i]) != NULL) {
            return strstr(line, "${") == NULL;
        }
    }
    return false;
}

static int add_headers(const struct options_list *headers, struct provider_row *row) {
    char problem[PROVIDER_ROW_PROBLEM_SIZE];
    for (size_t i = 0; i < headers->count; i++) {
        const char *line = headers->text[i];
        if (provider_row_header(row, line, problem) != 0) {
            log_fatal("config", "--header: %s", problem);
            return -1;
        }
        if (looks_secret(line)) {
            log_warn(
                "config",
                "--header %.*s looks like a secret, and a command line is read by everybody on this machine; "
                "write '%.*s: ${VARIABLE}' and set that variable",
                (int)strcspn(line, ":"), line, (int)strcspn(line, ":"), line);
        }
    }
    return 0;
}

static int add_query(const struct options_list *query, struct provider_row *row) {
    char problem[PROVIDER_ROW_PROBLEM_SIZE];
    for (size_t i = 0; i < query->count; i++) {
        const char *equals = strchr(query->text[i], '=');
        char name[VALUE_MOST];
        size_t length = equals != NULL ? (size_t)(equals - query->text[i]) : 0;
        (void)snprintf(name, sizeof(name), "%.*s", (int)length, query->text[i]);
        if (equals == NULL || length >= sizeof(name)) {
            log_fatal("config", "--query: a parameter of the URL is written NAME=VALUE");
            return -1;
        }
        if (provider_row_query(row, name, equals + 1, problem) != 0) {
            log_fatal("config", "--query: %s", problem);
            return -1;
        }
    }
    return 0;
}

// ---- AWS ----

static const char *variable(const char *name) {
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? text : NULL;
}

int config_provider_aws_key(struct key *key) {
    char text[KEY_MAX + 2];
    const char *id = variable("AWS_ACCESS_KEY_ID"), *secret = variable("AWS_SECRET_ACCESS_KEY");
    const char *token = variable("AWS_SESSION_TOKEN");
    if (id == NULL || secret == NULL) {
        log_fatal("config", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are needed to sign requests");
        return -1;
    }
    int length = snprintf(text, sizeof(text), "%s:%s%s%s", id, secret, token != NULL ? ":" : "",
                          token != NULL ? token : "");
    int result = length > 0 && (size_t)length <= KEY_MAX ? key_set(key, text, (size_t)length) : -1;
    explicit_bzero(text, sizeof(text));
    if (result != 0) {
        log_fatal("config",
                  "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN are not keys of printable "
                  "characters, together at most %u",
                  KEY_MAX);
    }
    return result;
}

// The label of the host that is a region, as in bedrock-runtime.us-east-1.amazonaws.com; else the
// environment's.
static const char *region_of(const struct options *options, const struct provider *provider, char out[64]) {
    const char *url = options->base_url != NULL        ? options->base_url
                      : provider->base_url_env != NULL ? variable(provider->base_url_env)
                                                       : NULL;
    const char *host = url != NULL ? strstr(url, "://") : NULL;
    const char *dot = host != NULL ? strchr(host + 3, '.') : NULL;
    if (dot != NULL && strstr(dot, ".amazonaws.com") != NULL && strstr(dot, ".amazonaws.com") != dot) {
        (void)snprintf(out, 64, "%.*s", (int)strcspn(dot + 1, "."), dot + 1);
        return out;
    }
    const char *region = variable("AWS_REGION");
    return region != NULL ? region : variable("AWS_DEFAULT_REGION");
}

// Its own key first.
static int choose_signing(const struct options *options, struct provider_row *row) {
    struct provider *provider = &row->provider;
    char scope[160], label[64];
    const char *service = provider->auth == PROVIDER_AUTH_AWS ? provider->auth_name : provider->aws_service;
    bool keyed = options->api_key_file != NULL || options->api_key_command != NULL ||
                 (provider->key_env != NULL && variable(provider->key_env) != NULL);
    if (provider->auth != PROVIDER_AUTH_AWS &&
        (service == NULL || keyed || variable("AWS_ACCESS_KEY_ID") == NULL)) {
        return 0;
    }
    const char *region = region_of(options, provider, label);
    if (region == NULL) {
        log_fatal("config", "requests to the provider %s are signed for a region: set AWS_REGION",
                  provider->name);
        return -1;
    }
    (void)snprintf(scope, sizeof(scope), "%s:%s", region, service);
    provider->auth = PROVIDER_AUTH_AWS;
    provider->auth_name = provider_row_own(row, scope);
    return provider->auth_name != NULL ? 0 : -1;
}

// ---- all of it ----

struct config_provider *config_provider_take(const struct options *options) {
    struct config_provider *providers = calloc(1, sizeof(*providers));
    if (providers == NULL) {
        log_fatal("config", "out of memory");
        return NULL;
    }
    const struct provider *named = NULL;
    if (options->providers == NULL || read_file(options->providers, providers) == 0) {
        named = config_provider_named(providers, "provider", options->provider);
    }
    bool good = named != NULL && provider_row_copy(named, &providers->own) == 0;
    if (good && add_headers(&options->headers, &providers->own) == 0 &&
        add_query(&options->query, &providers->own) == 0 && choose_signing(options, &providers->own) == 0) {
        return providers;
    }
    if (named != NULL && !good) {
        log_fatal("config", "out of memory");
    }
    config_provider_free(providers);
    return NULL;
}

// The first of "NAME|OTHER" that is set.
static const char *first_set(const char *names, size_t length) {
    char name[VALUE_MOST];
    while (length > 0) {
        size_t one = strcspn(names, "|}");
        (void)snprintf(name, sizeof(name), "%.*s", (int)one, names);
        if (variable(name) != NULL || one >= length) {
            return variable(name);
        }
        names += one + 1;
        length -= one + 1;
    }
    return NULL;
}

char *config_provider_url(const struct provider *provider) {
    char *url = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&url, &size);
    bool good = out != NULL;
    for (const char *at = provider->base_url; good && *at != '\0';) {
        size_t length = strcspn(at, "{");
        (void)fwrite(at, 1, length, out);
        at += length;
        if (*at == '{') {
            size_t names = strcspn(at + 1, "}");
            const char *value = first_set(at + 1, names);
            if (value == NULL) {
                log_fatal("config", "the base URL of the provider %s is %s: set %.*s, or give --base-url",
                          provider->name, provider->base_url, (int)strcspn(at + 1, "|}"), at + 1);
                good = false;
                break;
            }
            (void)fputs(value, out);
            at += names + (at[names + 1] == '}' ? 2 : 1);
        }
    }
    if (out == NULL || fclose(out) != 0) {
        log_fatal("config", "out of memory");
        good = false;
    }
    if (!good) {
        free(url);
        return NULL;
    }
    return url;
}

void config_provider_tell(const struct options *options, const struct provider *provider,
                          const struct settings *settings) {
    char today[CLOCK_RFC3339_SIZE];
    if (options->model != NULL || settings->model == NULL || provider->model == NULL ||
        strcmp(settings->model, provider->model) != 0 || provider->model_ends == NULL ||
        strcmp(settings->session_url[0], provider->base_url) != 0) {
        return;
    }
    clock_rfc3339(clock_wall(), today);
    log_warn("config", "the default model %s %s on %s%s%s; give --model NAME", provider->model,
             strncmp(today, provider->model_ends, strlen(provider->model_ends)) < 0 ? "is to be shut down"
                                                                                    : "was to be shut down",
             provider->model_ends, provider->model_next != NULL ? ", its provider recommends " : "",
             provider->model_next != NULL ? provider->model_next : "");
}

void config_provider_free(struct config_provider *providers) {
    if (providers == NULL) {
        return;
    }
    for (size_t i = 0; i < CONFIG_PROVIDER_MOST; i++) {
        provider_row_free(&providers->row[i]);
    }
    provider_row_free(&providers->own);
    free(providers);
}
