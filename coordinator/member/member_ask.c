// The first words with the database, before there is a loop: they are waited for.
#include "member/member_state.h"
#include "ration/clock.h"
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

static void tell_refusal(const struct member_answer *answer, const char *what) {
    const char *hint = answer->count > 2 && answer->text[2] != NULL ? answer->text[2] : "";
    bool old = answer->count > 0 && answer->text[0] != NULL &&
               (strcmp(answer->text[0], "3F000") == 0 || strcmp(answer->text[0], "42883") == 0);
    log_fatal("fleet", "%s: the database refuses: %s%s%s", what,
              answer->count > 1 && answer->text[1] != NULL ? answer->text[1] : "without a word",
              hint[0] != '\0' || old ? "; " : "", old ? "prepare it by: ration fleet init URL" : hint);
}

int member_ask(struct member *member, enum link_call call, struct member_values *values,
               struct member_answer *answer, bool *wrong) {
    uint64_t until = clock_now() + PATIENCE;
    char *why = NULL;
    *answer = (struct member_answer){.came = false};
    while (clock_now() < until && !signals_caught()) {
        member_link_step(&member->link, keep, answer, clock_now());
        if (!answer->came && member_link_is_free(&member->link, call)) {
            struct member_values again = *values;
            again.text = (struct text){0};
            text_add(&again.text, values->text.bytes, values->text.length);
            member_values_ask(&again, member, call, clock_now());
            member_link_step(&member->link, keep, answer, clock_now());
        }
        if (answer->came && answer->kind != LINK_LOST) {
            free(why);
            if (answer->kind == LINK_REFUSED) {
                tell_refusal(answer, member->name);
                *wrong = true;
                member_ask_forget(answer);
                return -1;
            }
            return 0;
        }
        if (answer->came && answer->count > 0) {
            if (why == NULL && answer->text[0] != NULL) {
                log_warn("fleet", "the database does not answer: %s; it is tried again for 30 seconds",
                         answer->text[0]);
            }
            free(why);
            why = answer->text[0];
            answer->text[0] = NULL;
        }
        member_ask_forget(answer);
        struct pollfd ready = {.fd = member->link.fd, .events = POLLIN};
        ready.events |= member->link.out.length > 0 ? POLLOUT : 0;
        (void)poll(&ready, 1, 100);
    }
    if (!signals_caught()) {
        log_fatal("fleet", "the database gives no answer: %s; check --fleet, the network and the server",
                  why != NULL ? why : "ration-link does not start");
    }
    free(why);
    return -1;
}
