// The first words with the database, before there is a loop: they are waited for.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/database_fault.h"
#include "ration/log.h"
#include "system/signals.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE (30 * CLOCK_SECOND)

static void keep(void *context, enum link_call call, const struct link_frame *frame,
                 const struct link_field *field) {
    struct member_answer *answer = context;
    (void)call;
    answer->came = true;
    answer->kind = frame->kind;
    answer->count = frame->count < 8 ? frame->count : 8;
    for (uint32_t i = 0; i < answer->count; i++) {
        answer->text[i] = field[i].bytes != NULL ? strndup(field[i].bytes, field[i].length) : strdup("");
        if (answer->text[i] == NULL) {
            answer->kind = LINK_LOST; // no memory: it is asked again
        }
    }
}

void member_ask_forget(struct member_answer *answer) {
    for (uint32_t i = 0; i < answer->count; i++) {
        free(answer->text[i]);
    }
    *answer = (struct member_answer){.came = false};
}

static const char *text_of(const struct member_answer *answer, uint32_t field) {
    return answer->count > field && answer->text[field] != NULL ? answer->text[field] : "";
}

// A statement; true: the words, the rights or the schema are wrong, rather than the database.
static bool tell_refusal(const struct member_answer *answer, const char *what) {
    const char *words = text_of(answer, 1), *hint = text_of(answer, 2);
    struct database_fault fault = database_fault_asking(text_of(answer, 0), words, hint);
    hint = fault.hint != NULL ? fault.hint : "";
    log_fatal("fleet", "%s: the database refuses: %s%s%s", what, words[0] != '\0' ? words : "without a word",
              hint[0] != '\0' ? "; " : "", hint);
    return fault.wrong;
}

// Whether it is the last word, which is told then.
static bool is_refused(const struct member *member, const struct member_answer *answer, bool *wrong) {
    if (answer->kind == LINK_REFUSED) {
        *wrong = tell_refusal(answer, member->name);
        return true;
    }
    if (answer->kind == LINK_LOST && text_of(answer, 1)[0] != '\0') {
        log_fatal("fleet", "%s: the database cannot be used: %s; %s", member->name, text_of(answer, 0),
                  text_of(answer, 1));
        *wrong = true;
        return true;
    }
    return false;
}

// The first reason is told; the last one is kept.
static void note_loss(struct member_answer *answer, char **why) {
    if (answer->count == 0 || answer->text[0] == NULL) {
        return;
    }
    if (*why == NULL) {
        log_warn("fleet", "the database does not answer: %s; it is tried again for 30 seconds",
                 answer->text[0]);
    }
    free(*why);
    *why = answer->text[0];
    answer->text[0] = NULL;
}

static void ask(struct member *member, enum link_call call, const struct member_values *values,
                struct member_answer *answer) {
    struct member_values again = *values;
    again.text = (struct text){0};
    text_add(&again.text, values->text.bytes, values->text.length);
    member_values_ask(&again, member, call, clock_now());
    member_link_step(&member->link, keep, answer, clock_now());
}

static void wait_for(const struct member *member) {
    struct pollfd ready = {.fd = member->link.fd, .events = POLLIN};
    ready.events |= member->link.out.length > 0 ? POLLOUT : 0;
    (void)poll(&ready, 1, 100);
}

int member_ask(struct member *member, enum link_call call, struct member_values *values,
               struct member_answer *answer, bool *wrong) {
    uint64_t until = clock_now() + PATIENCE;
    char *why = NULL;
    *answer = (struct member_answer){.came = false};
    while (clock_now() < until && !signals_caught()) {
        member_link_step(&member->link, keep, answer, clock_now());
        if (!answer->came && member_link_is_free(&member->link, call)) {
            ask(member, call, values, answer);
        }
        if (answer->came && is_refused(member, answer, wrong)) {
            free(why);
            member_ask_forget(answer);
            return -1;
        }
        if (answer->came && answer->kind != LINK_LOST) {
            free(why);
            return 0;
        }
        note_loss(answer, &why);
        member_ask_forget(answer);
        wait_for(member);
    }
    if (!signals_caught()) {
        log_fatal("fleet", "the database gives no answer: %s; check --fleet, the network and the server",
                  why != NULL ? why : "ration-link does not start");
    }
    free(why);
    return -1;
}
