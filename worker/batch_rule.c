#include "batch_rule.h"

#include "ration/clock.h"

#include <bsd/string.h>
#include <string.h>

#define SLACK 300U // seconds: their clock and ours
#define VISIBLE 3600U
#define KEY_PATIENCE (10 * CLOCK_MINUTE)
#define KEY_TRIES 3U // of one that was never taken
#define UNCOUNTED_MOST 20U
#define TOLD_SHARE 100U // a line for each of so many parts of its rows, at most,
#define TOLD_AGAIN 600U // or after so many seconds

static bool contains(const struct batch_reply *reply, const char *words) {
    return reply->length > 0 && memmem(reply->body, reply->length, words, strlen(words)) != NULL;
}

static bool is_good(const struct batch_reply *reply) {
    return reply->whole && reply->status >= 200 && reply->status < 300;
}

static bool waits(long status) {
    return status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
}

enum batch_rule batch_rule_upload(const struct batch_reply *reply) {
    if (is_good(reply)) {
        return BATCH_RULE_GOOD;
    }
    if (!reply->whole || waits(reply->status) || reply->status == 401) {
        return BATCH_RULE_LATER;
    }
    bool large = reply->status == 413 ||
                 (reply->status == 400 && (contains(reply, "too large") || contains(reply, "larger than")));
    return large ? BATCH_RULE_TOO_LARGE : BATCH_RULE_REFUSED;
}

// Of what came with a 5xx, or broke off once it was sent, nobody knows whether it was made.
enum batch_rule batch_rule_create(const struct batch_reply *reply) {
    if (is_good(reply)) {
        return BATCH_RULE_GOOD;
    }
    if (!reply->whole) {
        return reply->sent ? BATCH_RULE_UNKNOWN : BATCH_RULE_LATER;
    }
    if (reply->status == 413) {
        return BATCH_RULE_TOO_LARGE;
    }
    if (reply->status == 429 || reply->status == 401 || contains(reply, "nqueued token")) {
        return BATCH_RULE_LATER;
    }
    return waits(reply->status) || reply->status < 400 ? BATCH_RULE_UNKNOWN : BATCH_RULE_REFUSED;
}

void batch_rule_key(struct batch_key *key, const struct batch_reply *reply, uint64_t now) {
    if (reply->whole && (reply->status == 401 || reply->status == 403)) {
        key->since = key->refusals == 0 ? now : key->since;
        key->refusals++;
    } else if (is_good(reply)) {
        *key = (struct batch_key){.worked = true};
    }
}

bool batch_rule_key_gone(const struct batch_key *key, uint64_t now) {
    return key->worked ? key->refusals > 0 && now - key->since > KEY_PATIENCE : key->refusals >= KEY_TRIES;
}

bool batch_rule_cancelled(const struct batch_reply *reply) {
    static const long known[] = {400, 404, 405, 409, 410};
    bool is = is_good(reply);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        is = is || (reply->whole && reply->status == known[i]);
    }
    return is;
}

bool batch_rule_fits(uint64_t limit, uint64_t open, uint64_t tokens) {
    return limit == 0 || open == 0 || (open < limit && tokens <= limit - open);
}

bool batch_rule_more(const struct batch_search *search, uint64_t made) {
    return search->after[0] != '\0' && (search->last_created == 0 || search->last_created + SLACK >= made);
}

bool batch_rule_lost(const struct batch_reply *reply, uint64_t made, uint64_t now) {
    return reply->whole && (reply->status == 404 || reply->status == 410) && now > made + VISIBLE;
}

// One word for each end, whatever the API calls it.
static const char *status_of(const struct batch_object *object) {
    static const char *const ends[] = {[BATCH_COMPLETED] = "completed",
                                       [BATCH_FAILED] = "failed",
                                       [BATCH_EXPIRED] = "expired",
                                       [BATCH_CANCELLED] = "cancelled"};
    return object->phase == BATCH_GOING ? object->status : ends[object->phase];
}

bool batch_rule_told(const struct batch_object *object, uint64_t now, struct batch_record *part) {
    struct batch_record before = *part;
    (void)strlcpy(part->status, status_of(object), sizeof(part->status));
    part->done = object->completed;
    part->failed = object->failed;
    part->until = object->expires > 0 ? object->expires : part->until;
    uint64_t ended = part->done + part->failed, ended_before = before.done + before.failed;
    uint64_t more = ended > ended_before ? ended - ended_before : ended_before - ended;
    bool soon = more == 0 || (more < part->rows / TOLD_SHARE && now < before.at + TOLD_AGAIN);
    if (strcmp(part->status, before.status) == 0 && part->until == before.until && soon) {
        *part = before;
        return false;
    }
    return true;
}

static uint32_t attempts_of(const struct outcome *outcome, const struct settings *settings) {
    uint32_t most = outcome->kind == OUTCOME_SERVER_FAULT     ? settings->attempts_server
                    : outcome->kind == OUTCOME_INVALID_ANSWER ? settings->attempts_invalid
                                                              : settings->attempts_network;
    return outcome->most_such > 0 && outcome->most_such < most ? outcome->most_such : most;
}

enum batch_rule_row batch_rule_row(const struct outcome *outcome, uint32_t counted, uint32_t uncounted,
                                   const struct settings *settings) {
    switch (outcome->kind) {
    case OUTCOME_DONE:
        return BATCH_ROW_DONE;
    case OUTCOME_RATE_LIMITED:
    case OUTCOME_QUOTA_EXHAUSTED:
    case OUTCOME_OVERLOADED:
    case OUTCOME_UNAUTHORISED:
        return uncounted + 1 < UNCOUNTED_MOST ? BATCH_ROW_AGAIN_FREE : BATCH_ROW_FAILS;
    case OUTCOME_REFUSED:
    case OUTCOME_IN_DOUBT:
        return BATCH_ROW_FAILS;
    default:
        return !outcome->final && counted + 1 < attempts_of(outcome, settings) ? BATCH_ROW_AGAIN
                                                                               : BATCH_ROW_FAILS;
    }
}

// It never reached the model, or the window ended first: no attempt of its own.
bool batch_rule_unrun(const struct batch_result *result) {
    return strcmp(result->code, "batch_expired") == 0 || strcmp(result->code, "batch_cancelled") == 0 ||
           strcmp(result->code, "batch_canceled") == 0;
}

struct outcome batch_rule_without(const struct batch_result *result) {
    bool refused = strcmp(result->code, "invalid_request_error") == 0;
    enum outcome_class kind = batch_rule_unrun(result) ? OUTCOME_OVERLOADED
                              : refused                ? OUTCOME_REFUSED
                                                       : OUTCOME_SERVER_FAULT;
    return (struct outcome){
        .kind = kind,
        .code = result->code[0] != '\0' ? result->code : NULL,
        .message = result->message[0] != '\0' ? result->message : "the batch has no answer for it",
    };
}

uint64_t batch_rule_until(const struct batch_object *object, uint32_t hours) {
    bool known = object->created > 0 && hours > 0;
    return object->expires > 0 ? object->expires : known ? object->created + (uint64_t)hours * 3600 : 0;
}
