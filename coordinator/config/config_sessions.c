#include "config/config_sessions.h"

#include "config/config_key.h"
#include "config/config_tier.h"
#include "config/config_url.h"
#include "ration/log.h"
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
    char where[WHERE_SIZE]; // "sessions FILE: line N: session NAME"
};

// `where` and what of it, as an option is called.
static const char *part(const struct entry *entry, const char *member, char out[WHERE_SIZE]) {
    (void)strlcpy(out, entry->where, WHERE_SIZE);
    (void)strlcat(out, ": ", WHERE_SIZE);
    (void)strlcat(out, member, WHERE_SIZE);
    return out;
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
    if (written->key_env != NULL) {
        return config_key_from_variable(part(entry, "key_env", option), written->key_env, key);
    }
    *key = written->key;
    if (key->text[0] == '\0' && !entry->usual->provider->key_optional) {
        log_fatal("config", "--%s: has no key: give it \"key\", \"key_env\" or \"key_file\"", entry->where);
        return -1;
    }
    return 0;
}

static char *take_url(const struct entry *entry) {
    char option[WHERE_SIZE], source[WHERE_SIZE + sizeof("--")];
    if (entry->written->base_url == NULL) {
        return config_url_usual(entry->usual->options, entry->usual->provider);
    }
    (void)snprintf(source, sizeof(source), "--%s", part(entry, "base_url", option));
    return config_url_take(source, entry->written->base_url, entry->usual->provider->base_url);
}

// Its own limits win over its tier's, these over the usual ones.
static int take_limits(const struct entry *entry, struct ledger_limits *limits) {
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
    char *url = take_url(entry);
    if (url == NULL) {
        return -1;
    }
    settings->session_url[settings->sessions++] = url;
    sessions->count++;
    return take_key(entry, &session->key) == 0 && check_key(entry, sessions) == 0 &&
                   take_limits(entry, &session->limits) == 0
               ? 0
               : -1;
}

static int add_all(const struct config_usual *usual, const char *path, const struct sessions_file *file,
                   struct config_sessions *sessions, struct settings *settings) {
    for (size_t i = 0; i < file->count; i++) {
        struct entry entry = {.usual = usual, .written = &file->entry[i]};
        if (add(&entry, path, sessions, settings) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < file->count; i++) { // two may have named the same variable
        if (file->entry[i].key_env != NULL) {
            config_key_wipe_variable(file->entry[i].key_env);
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
    if (options->sessions != NULL && options->api_key_file != NULL) {
        log_fatal("config", "give either --sessions or --api-key-file");
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
    settings->session_url[settings->sessions++] = url;
    sessions->count = 1;
    (void)strlcpy(sessions->one[0].name, "default", sizeof(sessions->one[0].name));
    sessions->one[0].limits = usual->limits;
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
    explicit_bzero(sessions, sizeof(*sessions));
}
