#include "refusal.h"

#include "ration/ledger.h"
#include "ration/log.h"
#include "record.h"

#include <stdio.h>

#define REFUSALS_LEAST 50U // of different artists, where nothing has ever worked
#define KEYS_LEAST 3U      // likewise, of a key
#define PAGES_LEAST 5U     // likewise, by what is no answer at all

uint32_t refusal_least(const struct outcome *outcome) {
    switch (outcome->kind) {
    case OUTCOME_UNAUTHORISED:
        return KEYS_LEAST;
    case OUTCOME_SERVER_FAULT:
        return PAGES_LEAST;
    default:
        return REFUSALS_LEAST;
    }
}

// The status, the code and the API's words, as far as there are any.
static void describe(const struct ended *ended, struct text *out) {
    char status[32] = "";
    const char *code = ended->code;
    if (ended->result->status > 0) {
        (void)snprintf(status, sizeof(status), "status %ld%s", ended->result->status,
                       code[0] != '\0' ? " " : "");
    }
    text_clear(out);
    text_add_string(out, status);
    text_add_string(out, code);
    text_add_string(out, status[0] != '\0' || code[0] != '\0' ? ", " : "");
    text_add_string(out, ended->message);
}

// What was refused, and how, for whoever has to tell why the run stands still.
static void say(struct worker *worker, const struct ended *ended) {
    char text[LEDGER_SAID_SIZE];
    const struct text *id = &ended->artist->id;
    const struct text *said = &ended->artist->said;
    (void)snprintf(text, sizeof(text), "artist %.*s: %.*s", (int)(id->length < 64 ? id->length : 64),
                   id->bytes, (int)said->length, said->bytes);
    ledger_say(worker->arena, worker->slot, ended->artist->booking.session, text);
}

static void tell_held(struct worker *worker, const struct ended *ended) {
    const struct artist *artist = ended->artist;
    bool unpaid = ended->outcome.kind == OUTCOME_QUOTA_EXHAUSTED;
    log_warn("request",
             "session %s is held: nothing but refusals comes, artist %.*s: %.*s; no artist is failed for it; "
             "one is tried now and then%s",
             ledger_name(worker->arena, artist->booking.session), (int)artist->id.length, artist->id.bytes,
             (int)artist->said.length, artist->said.bytes,
             unpaid ? ", until the limit is raised or credit is added" : "");
}

// Keeps what is needed once it shows whose fault it was.
void refusal_remember(struct worker *worker, struct ended *ended,
                      const struct retry_policy_decision *decision) {
    struct artist *artist = ended->artist;
    const struct outcome *outcome = &ended->outcome;
    artist->fresh = outcome->elsewhere;
    artist->refused = outcome->kind;
    artist->never = outcome->never;
    artist->most = outcome->most > 0 ? outcome->most : (uint8_t)worker->settings->attempts_server;
    artist->limited = outcome->blame == BLAME_LIMITED;
    artist->class = record_class(ended);
    artist->status = ended->result->status > 0 ? ended->result->status : 0;
    describe(ended, &artist->said);
    if (worker->orphaned) {
        return;
    }
    if (outcome->kind == OUTCOME_OVERLOADED) {
        artist->overloads++;
    } else if (decision->aside) {
        artist->refusals++;
    }
    bool refused = outcome->blame == BLAME_REFUSED || outcome->blame == BLAME_ROW;
    if ((refused && artist->row.first) || ended->result->unreachable != LEDGER_REACHABLE) {
        say(worker, ended);
    }
    // Of requests that are refused together the first one.
    if (outcome->kind == OUTCOME_QUOTA_EXHAUSTED && decision->holds &&
        ledger_valid(worker->arena, &artist->booking)) {
        say(worker, ended);
    }
    if (refused && artist->row.first && artist->row.mass && !decision->holds) {
        tell_held(worker, ended);
    }
    if (decision->aside && !artist->limited && !decision->fail) {
        artist->counted--;
        record_keep_error(worker, ended);
        artist->counted++;
    }
}
