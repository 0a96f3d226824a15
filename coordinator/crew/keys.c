#include "crew/keys.h"

#include "config/config_key.h"
#include "crew/key_policy.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "system/command.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct one {
    struct key_policy policy;
    struct command command;
    bool runs, for_refusal;
    bool enable; // it has a new key, and the ledger's guard was busy
    bool hopes;
};

struct keys {
    struct config_sessions *sessions;
    uint64_t ttl;
    bool pending;
    struct one one[BOUNDS_SESSIONS];
};

int keys_open(struct keys **keys, struct config_sessions *sessions, uint64_t ttl, uint64_t now) {
    bool any = false;
    *keys = NULL;
    for (uint32_t i = 0; i < sessions->count; i++) {
        any = any || sessions->one[i].command != NULL;
    }
    if (!any) {
        return 0;
    }
    *keys = calloc(1, sizeof(**keys));
    if (*keys == NULL) {
        return -1;
    }
    (*keys)->sessions = sessions;
    (*keys)->ttl = ttl;
    for (uint32_t i = 0; i < sessions->count; i++) {
        (*keys)->one[i].policy.got_at = now;
        (*keys)->one[i].command.fd = -1;
    }
    return 0;
}

int keys_write(const struct config_sessions *sessions, int fd) {
    static char text[BOUNDS_SESSIONS * (KEY_MAX + 1) + 1];
    size_t length = 0;
    for (uint32_t i = 0; i < sessions->count; i++) {
        length += strlcpy(text + length, sessions->one[i].key.text, sizeof(text) - length);
        text[length++] = '\n';
    }
    text[length++] = '\0';
    ssize_t n = write(fd, text, length);
    int error = n < 0 ? errno : EAGAIN;
    explicit_bzero(text, sizeof(text));
    errno = error;
    return n == (ssize_t)length ? 0 : -1;
}

// One that does not read its pipe is replaced, and gets the keys at its beginning.
static void share(struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        if (!crew_phase_has_process(worker->phase) || worker->keys < 0) {
            continue;
        }
        if (keys_write(crew->sessions, worker->keys) != 0 && errno != EPIPE) {
            log_warn("worker", "W%02u does not take the new key: %s; it is replaced", slot + 1,
                     strerror(errno));
            crew_drain(crew, slot);
        }
    }
}

static struct key_policy_facts facts_of(const struct keys *keys, uint32_t session,
                                        const struct snapshot *look) {
    return (struct key_policy_facts){
        .now = look->at,
        .ttl = keys->ttl,
        .refused = look->session[session].outcome[OUTCOME_UNAUTHORISED],
        .worked = look->session[session].outcome[OUTCOME_DONE],
    };
}

static void start(struct keys *keys, uint32_t session, const struct key_policy_facts *facts) {
    struct one *one = &keys->one[session];
    const struct config_session *config = &keys->sessions->one[session];
    char problem[COMMAND_PROBLEM_SIZE];
    one->for_refusal = key_policy_hopes(&one->policy, facts);
    if (command_start(&one->command, config->command, facts->now, CONFIG_KEY_PATIENCE, problem) != 0) {
        log_warn("quota", "session %s: the command that prints its key: %s", config->name, problem);
        key_policy_failed(&one->policy, facts->now);
        return;
    }
    one->runs = true;
}

// What was printed becomes the key. NULL, or why not.
static const char *take(struct keys *keys, uint32_t session) {
    struct one *one = &keys->one[session];
    struct config_session *config = &keys->sessions->one[session];
    struct key key = {.text = ""};
    const char *wrong = NULL;
    if (key_set(&key, one->command.output, one->command.length) != 0) {
        wrong = "it prints no key of printable characters";
    } else if (one->for_refusal && strcmp(key.text, config->key.text) == 0) {
        wrong = "it prints the key that was refused";
    } else {
        config->key = key;
    }
    key_wipe(&key);
    command_forget(&one->command);
    return wrong;
}

static void end(struct keys *keys, uint32_t session, struct crew *crew,
                const struct key_policy_facts *facts) {
    struct one *one = &keys->one[session];
    const char *name = keys->sessions->one[session].name;
    char problem[COMMAND_PROBLEM_SIZE];
    enum command_state state = command_look(&one->command, facts->now, problem);
    if (state == COMMAND_RUNS) {
        return;
    }
    one->runs = false;
    const char *wrong = state == COMMAND_DONE ? take(keys, session) : problem;
    if (wrong != NULL) {
        log_warn("quota", "session %s: the command that prints its key: %s", name, wrong);
        key_policy_failed(&one->policy, facts->now);
        return;
    }
    log_info("quota", "session %s has a new key%s", name,
             one->for_refusal ? ", as its last one was refused" : "");
    key_policy_got(&one->policy, facts, one->for_refusal);
    share(crew);
    one->enable = true;
}

void keys_tick(struct keys *keys, struct crew *crew, const struct snapshot *look) {
    if (keys == NULL) {
        return;
    }
    keys->pending = false;
    for (uint32_t i = 0; i < keys->sessions->count; i++) {
        struct one *one = &keys->one[i];
        if (keys->sessions->one[i].command == NULL) {
            continue;
        }
        struct key_policy_facts facts = facts_of(keys, i, look);
        key_policy_look(&one->policy, &facts);
        if (!one->runs && !stop_begun(crew) && key_policy_due(&one->policy, &facts)) {
            start(keys, i, &facts);
        } else if (one->runs) {
            end(keys, i, crew, &facts);
        }
        if (one->enable && ledger_enable(crew->arena, i)) {
            one->enable = false;
            crew_ring_all(crew);
        }
        keys->pending = keys->pending || one->enable || (one->runs && one->for_refusal) ||
                        key_policy_hopes(&one->policy, &facts) || facts.now < one->policy.late_until;
    }
}

bool keys_pending(const struct keys *keys) {
    return keys != NULL && keys->pending;
}

bool keys_reaped(struct keys *keys, pid_t pid, int wait_status) {
    for (uint32_t i = 0; i < keys->sessions->count; i++) {
        if (command_reaped(&keys->one[i].command, pid, wait_status)) {
            return true;
        }
    }
    return false;
}

void keys_close(struct keys *keys) {
    if (keys == NULL) {
        return;
    }
    for (uint32_t i = 0; i < BOUNDS_SESSIONS; i++) {
        command_forget(&keys->one[i].command);
    }
    explicit_bzero(keys, sizeof(*keys));
    free(keys);
}
