#include "begin/doctor_api.h"

#include "config/base_url.h"
#include "ration/clock.h"
#include "ration/provider_json.h"
#include "ration/proxy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLOCK_TOLD 60    // seconds that a clock may be wrong
#define CLOCK_SIGNED 300 // beyond which signed requests are refused
#define SESSION_MOST 80U

// ", session b" behind a line, where there are several.
static const char *of_session(const struct doctor_api *api, char out[SESSION_MOST]) {
    (void)snprintf(out, SESSION_MOST, "%s%s", api->session != NULL ? ", session " : "",
                   api->session != NULL ? api->session : "");
    return out;
}

// ---- what came of the question ----

static void tell_nobody(const struct doctor_api *api, struct doctor_report *report) {
    static const char *const advice[] = {
        [PREFLIGHT_NO_TROUBLE] = "try again",
        [PREFLIGHT_NO_HOST] = "is the name right (--base-url), is there a name server, and a network?",
        [PREFLIGHT_NO_CONNECT] = "is the address right (--base-url), is a proxy needed (https_proxy), does a "
                                 "firewall let it through?",
        [PREFLIGHT_NO_TRUST] =
            "install ca-certificates, or name the authority's file in SSL_CERT_FILE; is the "
            "clock right?",
        [PREFLIGHT_OTHER] = "is the address right (--base-url), is a proxy needed (https_proxy)?",
    };
    char session[SESSION_MOST];
    bool trust = api->look.answer.trouble == PREFLIGHT_NO_TRUST;
    doctor_report_tell(report, DOCTOR_WRONG, trust ? "certificates" : "API", "%s does not answer%s: %s; %s",
                       api->url, of_session(api, session), api->look.answer.error,
                       advice[api->look.answer.trouble]);
}

// It answered as an API does whose key is good.
static bool lists(const struct doctor_api *api) {
    const struct models_list *list = &api->look.models;
    return api->look.listed && api->look.answer.status == 200 && (list->readable || list->empty);
}

static void tell_answer(const struct doctor_api *api, struct doctor_report *report) {
    char session[SESSION_MOST];
    long status = api->look.answer.status;
    const char *more = "";
    enum doctor_grade grade = DOCTOR_OK;
    if (status >= 500 || status == 429) {
        grade = DOCTOR_WARN;
        more = "; it has no room or fails at the moment: a run waits and tries again";
    } else if (status >= 300 && status < 400) {
        grade = DOCTOR_WRONG;
        more = "; a run follows no redirect: give the address that it leads to as --base-url";
    } else if (status == 404 && api->look.below) {
        grade = DOCTOR_WRONG;
        more = "; the API is at /v1 below it: give --base-url with /v1 behind";
    } else if (status == 200 && api->look.listed && api->look.models.foreign) {
        grade = DOCTOR_WRONG;
        more = " with what is no JSON, a page for people perhaps: is --base-url that of the API, up to its "
               "version (…/v1)?";
    } else if (status == 200 && !lists(api) && api->look.listed) {
        grade = DOCTOR_WARN;
        more = " with what is no list of models: is --base-url right, up to its version (…/v1)?";
    } else if (status == 403 && !api->look.narrow) {
        grade = DOCTOR_WARN;
        more = "; requests may be refused likewise: by a firewall, for this country, or for this key";
    } else if (status == 404 && api->look.listed) {
        grade = DOCTOR_WARN;
        more = "; it has no list of models: is --base-url right, up to its version (…/v1)?";
    }
    bool words = api->look.words[0] != '\0';
    doctor_report_tell(report, grade, "API", "%s answers, status %ld%s%s%s%s%s", api->url, status,
                       words ? " (\"" : "", api->look.words, words ? "\")" : "", of_session(api, session),
                       more);
}

static void tell_key(const struct doctor_api *api, struct doctor_report *report) {
    char session[SESSION_MOST];
    (void)of_session(api, session);
    if (api->look.refused) {
        doctor_report_tell(report, DOCTOR_WRONG, "key",
                           "the API refuses it%s: is it whole, of this provider and project, not revoked?",
                           session);
    } else if (!api->keyed) {
        doctor_report_tell(report, DOCTOR_OK, "key", "none is sent%s", session);
    } else if (api->look.narrow) {
        doctor_report_tell(report, DOCTOR_OK, "key",
                           "it may not list models%s, which a run does not need; try ration run --limit 1",
                           session);
    } else if (lists(api)) {
        doctor_report_tell(report, DOCTOR_OK, "key", "the API takes it%s", session);
    } else {
        doctor_report_tell(report, DOCTOR_WARN, "key",
                           "there is one%s; whether it is good only a request shows: ration run --limit 1",
                           session);
    }
}

static void tell_model(const struct doctor_api *api, struct doctor_report *report) {
    const struct models_list *list = &api->look.models;
    char session[SESSION_MOST];
    (void)of_session(api, session);
    if (api->model == NULL || api->model[0] == '\0') {
        doctor_report_tell(report, DOCTOR_OK, "model", "that of the prompt or of the rows%s", session);
    } else if (list->found && list->shutdown[0] != '\0') {
        doctor_report_tell(report, DOCTOR_WARN, "model", "%s is shut down on %s%s: choose another --model",
                           api->model, list->shutdown, session);
    } else if (list->found) {
        doctor_report_tell(report, DOCTOR_OK, "model", "%s is there%s", api->model, session);
    } else if (list->readable && list->whole) {
        doctor_report_tell(report, DOCTOR_WRONG, "model", "the API has no %s%s%s%s%s another --model",
                           api->model, session, list->near[0] != '\0' ? "; did you mean " : "", list->near,
                           list->near[0] != '\0' ? "? Choose" : ": choose");
    } else {
        doctor_report_tell(report, DOCTOR_WARN, "model",
                           "whether there is %s only a request shows%s: ration run --limit 1", api->model,
                           session);
    }
}

static void tell_clock(const struct doctor_api *api, struct doctor_report *report) {
    int64_t date = api->look.answer.date;
    if (date == 0) {
        return;
    }
    int64_t off = api->now > date ? api->now - date : date - api->now;
    if (off <= CLOCK_TOLD) {
        doctor_report_tell(report, DOCTOR_OK, "clock", "as the API's");
        return;
    }
    doctor_report_tell(report, api->signs && off > CLOCK_SIGNED ? DOCTOR_WRONG : DOCTOR_WARN, "clock",
                       "%" PRId64 " s %s that of the API: resets of quotas are told by it%s; set it (NTP)",
                       off, api->now > date ? "ahead of" : "behind",
                       api->signs ? ", and requests are signed with it" : "");
}

void doctor_api_tell(const struct doctor_api *api, struct doctor_report *report) {
    if (api->look.answer.status == 0) {
        tell_nobody(api, report);
    } else {
        tell_answer(api, report);
        if (strncmp(api->url, "https://", 8) == 0) {
            doctor_report_tell(report, DOCTOR_OK, "certificates", "that of the API is trusted");
        }
    }
    if (!api->keyless) {
        tell_key(api, report);
    }
    if (!api->keyless && !api->look.refused) {
        tell_model(api, report);
    }
    tell_clock(api, report);
}

// ---- the way there ----

static const char *variable(const char *name) {
    return getenv(name);
}

static void tell_way(const char *url, const char *shown, struct doctor_report *report) {
    struct proxy proxy = {0};
    const char *authorities = getenv("SSL_CERT_FILE");
    if (proxy_choose(url, variable, &proxy)) {
        doctor_report_tell(report, DOCTOR_OK, "proxy", "%s goes through the one of %s", shown,
                           proxy.variable);
    } else {
        doctor_report_tell(report, DOCTOR_OK, "proxy", "none");
    }
    if (authorities != NULL && authorities[0] != '\0' && access(authorities, R_OK) != 0) {
        doctor_report_tell(report, DOCTOR_WRONG, "certificates",
                           "the file of SSL_CERT_FILE cannot be read: %s; unset it, or name another",
                           authorities);
    }
}

static void ask_session(const struct options *options, const struct config *config, uint32_t session,
                        const struct provider *provider, struct doctor_report *report) {
    const struct settings *settings = &config->settings;
    const struct config_session *own = &config->sessions.one[session];
    char shown[BASE_URL_SHOWN_SIZE];
    struct doctor_api api = {
        .session = config->sessions.count > 1 ? own->name : NULL,
        .url = base_url_shown(settings->session_url[session], shown),
        .model = settings->session_model[session],
        .keyless = options->keyless,
        .keyed = own->key.text[0] != '\0',
        .signs = provider->auth == PROVIDER_AUTH_AWS,
    };
    if (session == 0 || strcmp(settings->session_url[session], settings->session_url[session - 1]) != 0) {
        tell_way(settings->session_url[session], shown, report);
    }
    if (api.keyless && api.signs) {
        return; // nothing can be asked
    }
    preflight_look(config, session, provider, &api.look);
    api.now = (int64_t)(clock_wall() / CLOCK_SECOND);
    doctor_api_tell(&api, report);
}

static bool tells_limits(const struct provider *provider) {
    return provider->dialect != NULL && strcmp(provider->dialect, "none") != 0;
}

static void tell_limits(const struct options *options, const struct config_session *session,
                        const struct provider *provider, struct doctor_report *report) {
    char requests[LIMITS_TEXT_SIZE], tokens[LIMITS_TEXT_SIZE];
    const struct limits *limits = &session->limits.told;
    limits_text(limits->of[LIMITS_REQUESTS_MINUTE], requests);
    limits_text(limits->of[LIMITS_TOKENS_MINUTE], tokens);
    if (limits->of[LIMITS_REQUESTS_MINUTE] > 0 || limits->of[LIMITS_TOKENS_MINUTE] > 0) {
        doctor_report_tell(report, DOCTOR_OK, "limits", "%s requests and %s tokens a minute", requests,
                           tokens);
    } else if (options->batch) {
        doctor_report_tell(report, DOCTOR_OK, "limits", "a batch needs none");
    } else if (tells_limits(provider) && !options->ignore_limit_headers) {
        doctor_report_tell(
            report, DOCTOR_OK, "limits",
            "none are given: this API's answers tell them; --tier NAME makes ration plan know the time");
    } else {
        doctor_report_tell(
            report, DOCTOR_WARN, "limits",
            "none are given, and this API does not tell them: give --tier NAME, or "
            "--requests-per-minute and --tokens-per-minute, else they are found out by refusals");
    }
}

void doctor_api_ask(const struct options *options, const struct config *config,
                    struct doctor_report *report) {
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        struct provider_row row;
        if (provider_json_decode(config->settings.session_provider[i], &row) != 0) {
            doctor_report_tell(report, DOCTOR_WRONG, "API", "out of memory");
        } else {
            ask_session(options, config, i, &row.provider, report);
            tell_limits(options, &config->sessions.one[i], &row.provider, report);
        }
        provider_row_free(&row);
    }
}
