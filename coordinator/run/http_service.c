#include "run/http_service.h"

#include "http/http.h"
#include "http/http_digest.h"
#include "http/http_requests.h"
#include "http/http_token.h"
#include "http/http_wanted.h"
#include "ration/clock.h"
#include "ration/json_text.h"
#include "ration/log.h"
#include "run/http_answers.h"
#include "system/signals.h"
#include "view/metrics_text.h"
#include "view/status_json.h"

#include <bsd/unistd.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define LINGER_TICK (100 * CLOCK_MS)

struct http_service {
    struct http *http;
    struct http_service_run run; // publish NULL: not begun
    struct http_answers answers;
    char token[HTTP_TOKEN_SIZE]; // "": none yet
    bool token_made;             // not given: it stands in the folder of the run
    uint64_t alerts_until;       // those that began later, in nanoseconds since 1970, are still to be told
};

// ---- what the server asks ----
static char *read_hook(void *context, enum http_what what, bool *well) {
    const struct http_service *service = context;
    const struct run_status *status = publish_status(service->run.publish);
    switch (what) {
    case HTTP_STATUS:
        return status_json(status);
    case HTTP_METRICS:
        return metrics_text(status);
    case HTTP_HEALTH:
        return http_digest_health(status, well);
    case HTTP_QUEUE:
        return http_digest_queue(status);
    case HTTP_REQUESTS:
        return http_requests_json(status, service->run.arena, clock_now(), clock_wall());
    case HTTP_PAGE:
    case HTTP_EVENTS:
    case HTTP_RESET:
    case HTTP_PAUSE:
    case HTTP_RESUME:
    case HTTP_STOP:
    case HTTP_WORKERS:
    case HTTP_ANSWERS_PAGE:
    case HTTP_ANSWERS:
    case HTTP_INPUT:
    default:
        log_panic("a call that reads nothing");
    }
}

static char *find_hook(void *context, enum http_what what, const struct http_wanted *wanted,
                       unsigned *status) {
    const struct http_service *service = context;
    return http_answers_find(&service->answers, &publish_status(service->run.publish)->now, what, wanted,
                             status);
}

// ---- beginning ----
int http_service_open(const struct options *options, struct http_service **out) {
    *out = NULL;
    struct http_service *service = calloc(1, sizeof(*service));
    if (service == NULL) {
        log_fatal("http", "out of memory");
        return -1;
    }
    int status = http_wanted_open(options, service->token, &service->http);
    if (service->http == NULL) {
        explicit_bzero(service, sizeof(*service));
        free(service);
        return status;
    }
    service->answers = (struct http_answers)HTTP_ANSWERS_NOTHING;
    *out = service;
    return 0;
}

// What is told may be used at once: so the token is made before, and anybody is answered by then.
static void tell(const struct http_service *service, int error) {
    const struct run_folder *folder = service->run.folder;
    char where[LISTEN_ADDRESS_TEXT];
    listen_address_print(http_listening(service->http), where);
    log_info("http", "dashboard at http://%s/", where);
    if (error != 0) {
        log_warn("http",
                 "no place for a token: %s; the dashboard can look, but change nothing; "
                 "give --http-token-file",
                 folder == NULL ? "the run has no folder" : strerror(error));
    } else if (service->token_made) {
        log_info("http", "its token, for pausing and the like, is in %s/" RUN_FOLDER_TOKEN, folder->path);
    }
}

// 0, or errno.
static int take_token(struct http_service *service) {
    const struct run_folder *folder = service->run.folder;
    if (service->token[0] != '\0') {
        return 0;
    }
    service->token_made = folder != NULL && http_token_make(folder, service->token) == 0;
    if (!service->token_made) {
        service->token[0] = '\0';
        return folder == NULL ? ENOENT : errno;
    }
    return 0;
}

int http_service_begin(struct http_service *service, int epoll_fd, uint32_t tag,
                       const struct http_service_run *run) {
    struct http_hooks hooks = {
        .read = read_hook,
        .find = find_hook,
        .context = service,
        .obey = steering_obey,
        .obey_context = run->steering,
    };
    if (service == NULL) {
        return 0;
    }
    service->run = *run;
    http_answers_open(&service->answers, run->file, run->input, run->input_name, run->index);
    int error = take_token(service);
    int status =
        http_attach(service->http, epoll_fd, tag, &hooks, service->token[0] != '\0' ? service->token : NULL);
    if (status == 0) {
        tell(service, error);
    }
    return status;
}

// ---- the loop's side ----
void http_service_event(struct http_service *service) {
    if (service != NULL) {
        http_event(service->http);
    }
}

static void tell_alert(struct http_service *service, const struct snapshot_alert *alert) {
    char since[CLOCK_RFC3339_SIZE];
    cJSON *object = cJSON_CreateObject();
    clock_rfc3339(alert->since, since);
    (void)cJSON_AddStringToObject(object, "name", alert->name);
    (void)cJSON_AddStringToObject(object, "level", alert->level);
    (void)cJSON_AddStringToObject(object, "since", since);
    (void)cJSON_AddStringToObject(object, "text", alert->text);
    char *text = json_text(object);
    if (text != NULL) {
        http_alert(service->http, text);
    }
    cJSON_free(text);
    cJSON_Delete(object);
}

static void tell_alerts(struct http_service *service) {
    const struct snapshot_gossip *gossip = &publish_status(service->run.publish)->now.gossip;
    uint64_t until = service->alerts_until;
    for (uint64_t i = 0; i < gossip->alerts && i < SNAPSHOT_ALERTS; i++) {
        if (gossip->alert[i].since > service->alerts_until) {
            tell_alert(service, &gossip->alert[i]);
            until = gossip->alert[i].since > until ? gossip->alert[i].since : until;
        }
    }
    service->alerts_until = until;
}

void http_service_tick(struct http_service *service, uint64_t now) {
    if (service != NULL) {
        tell_alerts(service);
        http_tick(service->http, now);
    }
}

int http_service_wait(const struct http_service *service, int most) {
    return service != NULL ? http_wait(service->http, most) : most;
}

void http_service_detach(struct http_service *service) {
    if (service != NULL) {
        http_detach(service->http);
    }
}

void http_service_linger(struct http_service *service, uint64_t span, int signal_fd,
                         struct service_manager *manager) {
    if (service == NULL || service->run.publish == NULL) {
        return;
    }
    char where[LISTEN_ADDRESS_TEXT], how_long[CLOCK_SPAN_SIZE];
    char *status = status_json(publish_status(service->run.publish));
    uint64_t end = clock_now() + span;
    listen_address_print(http_listening(service->http), where);
    log_info("http", "the run has ended; its last figures stay at http://%s/ for %s; Ctrl-C ends that", where,
             clock_span((double)span / (double)CLOCK_SECOND, how_long));
    http_end(service->http, status);
    cJSON_free(status);
    setproctitle("ended, keeps listening");
    for (uint64_t now = clock_now(); now < end; now = clock_now()) {
        int number;
        while ((number = signals_next(signal_fd)) != 0) {
            if (number == SIGINT || number == SIGTERM) {
                return;
            }
            if (number == SIGTSTP) {
                signals_stop();
            }
        }
        service_manager_tick(manager, now);
        http_linger(service->http, signal_fd,
                    end - now < LINGER_TICK ? (int)((end - now) / CLOCK_MS) + 1 : 100, now);
    }
}

void http_service_close(struct http_service *service) {
    if (service == NULL) {
        return;
    }
    char *status = service->run.publish != NULL ? status_json(publish_status(service->run.publish)) : NULL;
    http_close(service->http, status);
    cJSON_free(status);
    http_answers_close(&service->answers);
    explicit_bzero(service->token, sizeof(service->token));
    free(service);
}
