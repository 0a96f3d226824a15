#include "plan/preflight.h"

#include "plan/models_list.h"
#include "plan/preflight_fetch.h"
#include "ration/log.h"
#include "ration/provider_json.h"
#include "ration/route.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A key may be good for answers and not for this list.
static bool for_want_of_scope(const struct text *body) {
    static const char *const words[] = {"scope", "ermission"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (body->length > 0 && memmem(body->bytes, body->length, words[i], strlen(words[i])) != NULL) {
            return true;
        }
    }
    return false;
}

static int tell_model(const char *session, const char *model, const struct models_list *list) {
    if (list->found && list->shutdown[0] != '\0') {
        log_warn("config", "the API says that the model %s is shut down on %s", model, list->shutdown);
    }
    if (list->found || !list->readable || !list->whole || model[0] == '\0') {
        return 0;
    }
    log_fatal("config",
              "session %s: the API has no model %s%s%s%s another --model, or --no-preflight if it is "
              "there all "
              "the same",
              session, model, list->near[0] != '\0' ? "; did you mean " : "", list->near,
              list->near[0] != '\0' ? "? Give" : "; give");
    return -1;
}

static void read_answer(const char *model, const char *key, struct preflight_look *look) {
    struct preflight_answer *answer = &look->answer;
    const struct text *body = &answer->body;
    if (answer->status == 200 && look->listed) {
        models_list_read(body->bytes != NULL ? body->bytes : "", body->length, model, &look->models);
    }
    look->narrow = (answer->status == 401 || answer->status == 403) && for_want_of_scope(body);
    look->refused = answer->status == 401 && !look->narrow;
    if (answer->status >= 400) {
        preflight_words(body, key, look->words);
    }
    text_free(&answer->body);
}

static void look_at(const struct config *config, uint32_t session, const struct provider *provider,
                    const char *base_url, struct preflight_look *look) {
    const struct settings *settings = &config->settings;
    const struct config_session *own = &config->sessions.one[session];
    struct route_head head;
    *look = (struct preflight_look){.listed = provider->models_path != NULL};
    (void)snprintf(look->answer.error, sizeof(look->answer.error), "out of memory");
    char *url = route_url(base_url, look->listed ? provider->models_path : "/", provider,
                          settings->session_model[session], &own->key);
    if (route_head(&head, provider, &own->key) == 0 && url != NULL) {
        const struct preflight_fetch fetch = {.url = url,
                                              .lines = (const char *const *)head.line,
                                              .count = head.lines,
                                              .signing = head.signing,
                                              .credentials = head.credentials};
        preflight_fetch(&fetch, &look->answer);
        read_answer(settings->session_model[session], own->key.text, look);
    }
    route_wipe(url);
    route_head_free(&head);
}

// "https://host" has no path that could name a version.
static bool has_path(const char *base_url) {
    const char *host = strstr(base_url, "://");
    const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
    return path != NULL && path[1] != '\0';
}

void preflight_look(const struct config *config, uint32_t session, const struct provider *provider,
                    struct preflight_look *look) {
    const char *base_url = config->settings.session_url[session];
    look_at(config, session, provider, base_url, look);
    if (!look->listed || look->answer.status != 404 || has_path(base_url)) {
        return;
    }
    char *versioned = NULL;
    size_t length = strlen(base_url);
    bool slash = length > 0 && base_url[length - 1] == '/';
    if (asprintf(&versioned, "%s%s", base_url, slash ? "v1" : "/v1") < 0) {
        return;
    }
    struct preflight_look below;
    look_at(config, session, provider, versioned, &below);
    look->below = below.models.readable || below.answer.status == 401;
    free(versioned);
}

static int ask(const struct config *config, uint32_t session, const struct provider *provider) {
    const char *name = config->sessions.one[session].name;
    struct preflight_look look;
    preflight_look(config, session, provider, &look);
    if (look.answer.status == 200) {
        return tell_model(name, config->settings.session_model[session], &look.models);
    }
    if (look.refused) {
        log_fatal("config",
                  "session %s: the API refuses the key (status 401); nothing was sent but this question",
                  name);
        return -1;
    }
    if (look.answer.status == 0) {
        log_info("config", "the list of models did not come: %s; the run begins", look.answer.error);
    }
    return 0;
}

// By itself only where the API is the provider's own: what else speaks its language may have no such list.
static bool wanted(const struct options *options, const struct provider *provider, const char *url) {
    return provider->models_path != NULL && !options->no_preflight && !options->keyless &&
           (options->preflight || (strcmp(url, provider->base_url) == 0 && strncmp(url, "https://", 8) == 0));
}

int preflight_ask(const struct options *options, const struct config *config) {
    const struct settings *settings = &config->settings;
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        struct provider_row row;
        int result = provider_json_decode(settings->session_provider[i], &row);
        if (result == 0 && wanted(options, &row.provider, settings->session_url[i])) {
            result = ask(config, i, &row.provider);
        }
        provider_row_free(&row);
        if (result != 0) {
            return -1;
        }
    }
    return 0;
}
