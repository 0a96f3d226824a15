#include "config/config_sessions.h"

#include "config/config_key.h"
#include "config/config_request.h"
#include "config/config_tier.h"
#include "config/config_url.h"
#include "ration/log.h"
#include "ration/provider_json.h"
#include "system/small_file.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_SESSIONS_FILE (1U << 20)
#define WHERE_SIZE 512U

// A session of the file on its way.
struct entry {
    const struct config_usual *usual;
    const struct sessions_file_entry *written;
    const struct provider *provider;
    char where[WHERE_SIZE]; // "sessions FILE: line N: session NAME"
};

// `where` and what of it, as an option is called.
static const char *part(const struct entry *entry, const char *member, char out[WHERE_SIZE]) {
    (void)strlcpy(out, entry->where, WHERE_SIZE);
    (void)strlcat(out, ": ", WHERE_SIZE);
    (void)strlcat(out, member, WHERE_SIZE);
    return out;
}

// What it sends and how; the settings have its URL already.
static int describe(const struct provider *provider, const char *model, char *form,
                    struct settings *settings) {
    size_t i = settings->sessions;
    settings->session_form[i] = form != NULL ? form : strdup("");
    settings->session_provider[i] = provider_json_encode(provider);
    settings->session_model[i] = strdup(model != NULL ? model : "");
    settings->sessions++;
    if (settings->session_provider[i] == NULL || settings->session_model[i] == NULL ||
        settings->session_form[i] == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    return 0;
}

// Its own provider, with nothing of what the command line adds to the run's. Its model is then its own as
// well.
static int take_provider(struct entry *entry, const struct settings *settings, const char **model) {
    char option[WHERE_SIZE];
    const struct sessions_file_entry *written = entry->written;
    entry->provider = entry->usual->provider;
    *model = written->model != NULL ? written->model : settings->model;
    if (written->provider == NULL) {
        return 0;
    }
    entry->provider =
        config_provider_named(entry->usual->providers, part(entry, "provider", option), written->provider);
    if (entry->provider == NULL) {
        return -1;
    }
    *model = written->model != NULL ? written->model : entry->provider->model;
    if (*model == NULL) {
        log_fatal("config", "--%s: the provider %s has no default model; give it \"model\"", entry->where,
                  entry->provider->name);
        return -1;
    }
    if (settings->prompt_id != NULL && !entry->provider->stored_prompts) {
        log_fatal("config", "--%s: the provider %s has no stored prompts; use --prompt-file", entry->where,
                  entry->provider->name);
        return -1;
    }
    return 0;
}

// *form stays NULL where its requests are as those of all.
static int take_form(const struct entry *entry, const char *model, const struct settings *settings,
                     char **form) {
    const struct sessions_file_entry *written = entry->written;
    const struct options *options = entry->usual->options;
    if (written->provider == NULL && written->model == NULL) {
        return 0;
    }
    if (config_request_by_rows(options)) {
        log_fatal("config",
                  "--%s: a provider or model of its own needs a prompt; the input's own requests are sent as "
                  "they are",
                  entry->where);
        return -1;
    }
    if (options->request != NULL && entry->provider->shape != entry->usual->provider->shape) {
        log_fatal("config",
                  "--%s: --request is written for another API than the provider %s; use --prompt-file",
                  entry->where, entry->provider->name);
        return -1;
    }
    *form = config_request_form(options, entry->provider, model, settings);
    return *form != NULL ? 0 : -1;
}

// How many kinds of request there are, see worker/kinds.h.
#define KINDS_MOST 4U
static int count_kinds(const struct entry *entry, const struct settings *settings) {
    size_t kinds = 0;
    for (size_t i = 0; i < settings->sessions; i++) {
        size_t like = 0;
        while (like < i && (strcmp(settings->session_provider[like], settings->session_provider[i]) != 0 ||
                            strcmp(settings->session_model[like], settings->session_model[i]) != 0)) {
            like++;
        }
        kinds += like == i;
    }
    if (kinds > KINDS_MOST) {
        log_fatal("config", "--%s: the sessions have more than %u different providers and models",
                  entry->where, KINDS_MOST);
        return -1;
    }
    return 0;
}

static int take_key(const struct entry *entry, struct key *key) {
    const struct sessions_file_entry *written = entry->written;
    char option[WHERE_SIZE];
    if (entry->usual->options->keyless) {
        return 0;
    }
    if (written->key_file != NULL) {
        return config_key_from_file(part(entry, "key_file", option), written->key_file, key);
    }
    if (written->key_command != NULL) {
        return config_key_from_command(part(entry, "key_command", option), written->key_command, key);
    }
    if (written->key_env != NULL) {
        return config_key_from_variable(part(entry, "key_env", option), written->key_env, key);
    }
    *key = written->key;
    if (key->text[0] == '\0' && written->provider != NULL && entry->provider->auth != PROVIDER_AUTH_AWS) {
        struct options without = *entry->usual->options;
        without.api_key_file = without.api_key_command = NULL;
        return config_key_take(&without, entry->provider, key);
    }
    if (key->text[0] == '\0' && entry->provider->auth == PROVIDER_AUTH_AWS) {
        return config_provider_aws_key(key);
    }
    if (key->text[0] == '\0' && !entry->provider->key_optional &&
        entry->provider->auth != PROVIDER_AUTH_NONE) {
        log_fatal("config", "--%s: has no key: give it \"key\", \"key_env\" or \"key_file\"", entry->where);
        return -1;
    }
    return 0;
}

static char *take_url(const struct entry *entry) {
    char option[WHERE_SIZE], source[WHERE_SIZE + sizeof("--")];
    if (entry->written->base_url == NULL) {
        struct options own = *entry->usual->options;
        own.base_url =
            entry->written->provider != NULL ? NULL : own.base_url; // that is of the run's provider
        return config_url_usual(&own, entry->provider);
    }
    (void)snprintf(source, sizeof(source), "--%s", part(entry, "base_url", option));
    return config_url_take(source, entry->written->base_url, entry->provider->base_url);
}

static bool limits_are_told(const struct provider *provider) {
    return strcmp(provider->dialect, "none") != 0;
}

// A tier of the user's own file is his word, one that is built in what stands where nothing better is known.
static void take_price(const struct tier *tier, struct config_session *session) {
    session->told = tier->own && tier_priced(&tier->price);
    session->own = tier->price;
    session->tier = tier->price;
}

// Its own limits win over its tier's, these over the usual ones.
static int take_limits(const struct entry *entry, struct config_session *session) {
    struct ledger_limits *limits = &session->limits;
    struct tier tier = {0};
    char option[WHERE_SIZE];
    if (entry->written->tier != NULL && config_tier_find(part(entry, "tier", option), entry->written->tier,
                                                         entry->usual->tiers, &tier) != 0) {
        return -1;
    }
    *limits = entry->usual->limits;
    limits_prefer(&limits->told, &tier.limits);
    limits_prefer(&limits->told, &entry->written->limits);
    limits->burst = entry->written->burst > 0 ? entry->written->burst : limits->burst;
    limits->ramps = limits_are_told(entry->provider);
    limits->gentle = true;
    limits->cached = entry->provider->cached;
    limits->fallback = entry->written->fallback;
    take_price(entry->written->tier != NULL ? &tier : entry->usual->tier, session);
    if (entry->written->priced) {
        session->told = true;
        session->own = entry->written->price;
    }
    return 0;
}

// No two keys are the same: each would be given the limits of both.
static int check_key(const struct entry *entry, const struct config_sessions *sessions) {
    const struct config_session *last = &sessions->one[sessions->count - 1];
    for (const struct config_session *other = sessions->one; other < last; other++) {
        if (last->key.text[0] != '\0' && strcmp(last->key.text, other->key.text) == 0) {
            log_fatal("config", "--%s: its key is that of session %s", entry->where, other->name);
            return -1;
        }
    }
    return 0;
}

static int add(struct entry *entry, const char *path, struct config_sessions *sessions,
               struct settings *settings) {
    struct config_session *session = &sessions->one[sessions->count];
    (void)snprintf(entry->where, sizeof(entry->where), "sessions %.300s: line %zu: session %s", path,
                   entry->written->line, entry->written->name);
    (void)strlcpy(session->name, entry->written->name, sizeof(session->name));
    const char *model = NULL;
    if (take_provider(entry, settings, &model) != 0) {
        return -1;
    }
    session->provider = entry->provider->name;
    char *form = NULL;
    if (take_form(entry, model, settings, &form) != 0) {
        return -1;
    }
    char *url = take_url(entry);
    if (url == NULL) {
        free(form);
        return -1;
    }
    settings->session_url[settings->sessions] = url;
    sessions->count++;
    if (describe(entry->provider, model, form, settings) != 0 || count_kinds(entry, settings) != 0) {
        return -1;
    }
    settings->fallback = settings->fallback || entry->written->fallback;
    session->command = entry->written->key_command != NULL ? strdup(entry->written->key_command) : NULL;
    return take_key(entry, &session->key) == 0 && check_key(entry, sessions) == 0 &&
                   take_limits(entry, session) == 0
               ? 0
               : -1;
}

// What the command line adds to the run's requests alone; told where that is not all of them.
static void tell_additions(const struct entry *entry) {
    const struct options *options = entry->usual->options;
    bool headers = options->headers.count > 0, query = options->query.count > 0;
    if (entry->written->provider != NULL && (headers || query)) {
        log_warn(
            "config",
            "--%s: goes to the provider %s of its own, without the run's %s%s%s; what it needs stands in "
            "--providers",
            entry->where, entry->provider->name, headers ? "--header" : "", headers && query ? " and " : "",
            query ? "--query" : "");
    }
}

static int add_all(const struct config_usual *usual, const char *path, const struct sessions_file *file,
                   struct config_sessions *sessions, struct settings *settings) {
    for (size_t i = 0; i < file->count; i++) {
        struct entry entry = {.usual = usual, .written = &file->entry[i]};
        if (add(&entry, path, sessions, settings) != 0) {
            return -1;
        }
        tell_additions(&entry);
    }
    for (size_t i = 0; i < file->count; i++) { // two may have named the same variable
        if (file->entry[i].key_env != NULL) {
            config_key_wipe_variable(usual->options, file->entry[i].key_env);
        }
    }
    return 0;
}

// 0, or -1 after telling. *file is to be freed in any case.
static int read_file(const char *path, struct sessions_file *file) {
    char problem[SESSIONS_FILE_PROBLEM_SIZE];
    struct stat status;
    size_t length = 0;
    char *text = small_file_read("sessions", path, MAX_SESSIONS_FILE, &length, &status);
    if (text == NULL) {
        return -1;
    }
    int result = sessions_file_parse(text, length, file, problem);
    explicit_bzero(text, length);
    free(text);
    if (result != 0) {
        log_fatal("config", "--sessions %s: %s", path, problem);
        return -1;
    }
    if ((status.st_mode & 077) != 0 && sessions_file_holds_keys(file)) {
        log_fatal("config", "--sessions %s: holds keys, and others may read it: chmod 600 it", path);
        return -1;
    }
    return 0;
}

static int take_file(const struct config_usual *usual, struct config_sessions *sessions,
                     struct settings *settings) {
    const char *path = usual->options->sessions;
    struct sessions_file *file = calloc(1, sizeof(*file));
    if (file == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    int result = read_file(path, file);
    if (result == 0) {
        result = add_all(usual, path, file, sessions, settings);
    }
    sessions_file_free(file);
    free(file);
    return result;
}

// Sessions with the same base URL share an endpoint.
static void number_endpoints(struct config_sessions *sessions, const struct settings *settings) {
    for (uint32_t i = 0; i < sessions->count; i++) {
        uint32_t same = 0;
        while (strcmp(settings->session_url[same], settings->session_url[i]) != 0) {
            same++;
        }
        sessions->one[i].limits.endpoint = same;
    }
}

int config_sessions_take(const struct config_usual *usual, struct config_sessions *sessions,
                         struct settings *settings) {
    const struct options *options = usual->options;
    bool one_key = options->api_key_file != NULL || options->api_key_command != NULL;
    if (options->sessions != NULL && one_key) {
        log_fatal("config", "give either --sessions or %s",
                  options->api_key_file != NULL ? "--api-key-file" : "--api-key-command");
        return -1;
    }
    if (options->api_key_file != NULL && options->api_key_command != NULL) {
        log_fatal("config", "give either --api-key-file or --api-key-command");
        return -1;
    }
    if (options->sessions != NULL) {
        if (take_file(usual, sessions, settings) != 0) {
            return -1;
        }
        number_endpoints(sessions, settings);
        return 0;
    }
    char *url = config_url_usual(options, usual->provider);
    if (url == NULL) {
        return -1;
    }
    settings->session_url[settings->sessions] = url;
    sessions->count = 1;
    if (describe(usual->provider, settings->model, NULL, settings) != 0) {
        return -1;
    }
    (void)strlcpy(sessions->one[0].name, "default", sizeof(sessions->one[0].name));
    sessions->one[0].limits = usual->limits;
    sessions->one[0].provider = usual->provider->name;
    take_price(usual->tier, &sessions->one[0]);
    sessions->one[0].command = options->api_key_command != NULL ? strdup(options->api_key_command) : NULL;
    sessions->one[0].limits.ramps = limits_are_told(usual->provider);
    sessions->one[0].limits.gentle = true;
    sessions->one[0].limits.cached = usual->provider->cached;
    return config_key_take(options, usual->provider, &sessions->one[0].key);
}

void config_sessions_tell(const struct config_sessions *sessions, const struct settings *settings) {
    for (uint32_t i = 0; i < sessions->count; i++) {
        char requests[LIMITS_TEXT_SIZE], tokens[LIMITS_TEXT_SIZE];
        limits_text(sessions->one[i].limits.told.of[LIMITS_REQUESTS_MINUTE], requests);
        limits_text(sessions->one[i].limits.told.of[LIMITS_TOKENS_MINUTE], tokens);
        log_info("config", "session %s: %s requests and %s tokens a minute, at %s", sessions->one[i].name,
                 requests, tokens, settings->session_url[i]);
    }
}

void config_sessions_wipe(struct config_sessions *sessions) {
    for (size_t i = 0; i < BOUNDS_SESSIONS; i++) {
        free(sessions->one[i].command);
    }
    explicit_bzero(sessions, sizeof(*sessions));
}
