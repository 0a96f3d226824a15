// Whose fault a session's refusals are, for those who decide.
#include "arena/journal.h"
#include "arena/ledger_words.h"
#include "ration/utf8.h"

#include <bsd/string.h>

static bool may_send(const struct layout_session *session, const struct breaker *breaker, uint64_t now) {
    return guarded_get(&session->disabled) == 0 && guarded_get(&session->not_before) <= now &&
           breaker->state == BREAKER_CLOSED;
}

void ledger_blame_look(const struct arena *arena, uint32_t index, uint64_t now, struct ledger_blame *out) {
    const struct layout_session *session = layout_session(arena, index);
    struct breaker breaker;
    ledger_words_load_breaker(session, &breaker);
    uint64_t unreachable = guarded_get(&session->unreachable);
    *out = (struct ledger_blame){
        .held = breaker.state != BREAKER_CLOSED && breaker.cause == BREAKER_REFUSALS,
        .held_since = breaker.since,
        .probe_at = breaker_earliest(&breaker, 0),
        .probes = breaker.probes,
        .open = may_send(session, &breaker, now),
        .disabled = guarded_get(&session->disabled) != 0,
        .unreachable =
            unreachable <= LEDGER_NO_TRUST ? (enum ledger_unreachable)unreachable : LEDGER_REACHABLE,
        .unreachable_since = guarded_get(&session->unreachable_since),
        .unreachable_times = guarded_get(&session->unreachable_times),
    };
    ledger_words_load_blame(session, &out->blame);
}

static bool session_open(const struct layout_session *session, uint64_t now) {
    struct breaker breaker;
    ledger_words_load_breaker(session, &breaker);
    return may_send(session, &breaker, now);
}

// A fallback is held back while another may send: then it is nowhere for who was refused by that one.
bool ledger_elsewhere(const struct arena *arena, uint32_t session, uint64_t now) {
    const struct layout_session *mine = layout_session(arena, session);
    bool fallbacks = mine->fallback != 0 || !session_open(mine, now);
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        const struct layout_session *other = layout_session(arena, i);
        if (i != session && (fallbacks || other->fallback == 0) && session_open(other, now)) {
            return true;
        }
    }
    return false;
}

void ledger_blame_session(struct arena *arena, uint32_t slot, uint32_t index, uint64_t now) {
    struct layout_session *session = layout_session(arena, index);
    const struct layout_ledger *ledger = layout_ledger(arena);
    const struct breaker_config config = {ledger->breaker_threshold, ledger->breaker_timeout};
    struct blame blame;
    struct breaker breaker;
    if (!ledger_words_lock(arena, slot)) {
        return;
    }
    ledger_words_load_blame(session, &blame);
    blame_session(&blame, now);
    ledger_words_store_blame(arena, session, &blame);
    ledger_words_load_breaker(session, &breaker);
    breaker_open(&breaker, BREAKER_REFUSALS, &config, now);
    ledger_words_store_breaker(arena, session, &breaker);
    ledger_words_commit(arena, slot);
}

void ledger_blame_artist(struct arena *arena, uint32_t slot, struct blame_row *row) {
    struct layout_session *session = layout_session(arena, row->session);
    struct blame blame;
    if (row->blamed || !ledger_words_lock(arena, slot)) {
        return;
    }
    ledger_words_load_blame(session, &blame);
    blame_found(&blame, row);
    ledger_words_store_blame(arena, session, &blame);
    ledger_words_commit(arena, slot);
}

void ledger_say(struct arena *arena, uint32_t slot, uint32_t index, const char *text) {
    struct layout_session *session = layout_session(arena, index);
    char bytes[LEDGER_SAID_SIZE] = "";
    (void)strlcpy(bytes, text, sizeof(bytes));
    bytes[utf8_span(bytes, strlen(bytes))] = '\0'; // not in the middle of a character
    if (!ledger_words_lock(arena, slot)) {
        return;
    }
    for (size_t i = 0; i < LAYOUT_SAID_WORDS; i++) {
        uint64_t word;
        memcpy(&word, bytes + i * sizeof(word), sizeof(word));
        ledger_words_set(arena, &session->said[i], word);
    }
    ledger_words_commit(arena, slot);
}

void ledger_said(const struct arena *arena, uint32_t index, char out[LEDGER_SAID_SIZE]) {
    const struct layout_session *session = layout_session(arena, index);
    for (size_t i = 0; i < LAYOUT_SAID_WORDS; i++) {
        uint64_t word = guarded_get(&session->said[i]);
        memcpy(out + i * sizeof(word), &word, sizeof(word));
    }
    out[LEDGER_SAID_SIZE - 1] = '\0';
    out[utf8_span(out, strlen(out))] = '\0'; // it may have been written in between
}
