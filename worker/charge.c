#include "charge.h"

#include "limits/limit_headers.h"
#include "line.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/money.h"
#include "ration/utf8.h"
#include "worker.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

// Behind all others of ledger_remark().
enum { OTHER_PRICE = 48, NO_PRICE, NO_WAY };

int charge_open(struct charge *charge, int fd) {
    struct stat status;
    *charge = (struct charge){0};
    if (fstat(fd, &status) != 0) {
        return -1;
    }
    size_t length = (size_t)status.st_size;
    void *bytes = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED) {
        return -1;
    }
    if (!price_book_whole(bytes, length)) {
        (void)munmap(bytes, length);
        errno = EPROTO;
        return -1;
    }
    charge->book = bytes;
    charge->length = length;
    return 0;
}

void charge_close(struct charge *charge) {
    if (charge->book != NULL) {
        (void)munmap((void *)(uintptr_t)charge->book, charge->length);
        charge->book = NULL;
    }
}

// Answers of one session come from few models.
static const struct charge_found *find(struct charge *charge, uint32_t session, const char *model) {
    struct charge_found *found = charge->found[session];
    for (uint32_t i = 0; i < CHARGE_MODELS; i++) {
        if (found[i].model[0] != '\0' && strcmp(found[i].model, model) == 0) {
            return &found[i];
        }
    }
    uint32_t place = charge->next[session]++ % CHARGE_MODELS;
    found[place].what = price_book_answer(charge->book, session, model);
    (void)strlcpy(found[place].model, model, sizeof(found[place].model));
    return &found[place];
}

#define PAIR_SIZE (2 * MONEY_TEXT_SIZE + 8)

static const char *describe(const struct price *price, char out[PAIR_SIZE]) {
    const struct price_rates *rates = &price->rates[PRICE_DEFAULT];
    char input[MONEY_TEXT_SIZE], output[MONEY_TEXT_SIZE];
    money_print(rates->input * 1000, input);
    money_print(rates->output * 1000, output);
    (void)snprintf(out, PAIR_SIZE, "%s and %s", input, output);
    return out;
}

// A server may send the key back as the name of its model, too.
static const char *printable(const struct worker *worker, uint32_t session, const struct charge_found *found,
                             char out[UTF8_PRINTABLE_SIZE]) {
    char clean[2 * PRICE_NAME_SIZE];
    line_scrub(found->model, &worker->keys[session], clean, sizeof(clean));
    return utf8_printable(clean, strlen(clean), out);
}

static void tell_other(const struct worker *worker, uint32_t session, const struct charge_found *found) {
    char model[UTF8_PRINTABLE_SIZE];
    const struct price_session *own = &worker->charge.book->session[session];
    const struct price_rates *asked = &own->price.rates[PRICE_DEFAULT];
    const struct price_rates *answered = &found->what.price->rates[PRICE_DEFAULT];
    char before[PAIR_SIZE], now[PAIR_SIZE];
    if (own->ground == PRICE_UNKNOWN ||
        (asked->input == answered->input && asked->output == answered->output) ||
        !ledger_remark(worker->arena, session, OTHER_PRICE)) {
        return;
    }
    log_warn("config",
             "session %s: the model %s answers, which costs %s for a million tokens of input and output; %s "
             "%s; what answers is charged",
             ledger_name(worker->arena, session), printable(worker, session, found, model),
             describe(found->what.price, now),
             own->ground == PRICE_OF_TIER ? "the tier has" : "what was asked for costs",
             describe(&own->price, before));
}

static void tell_none(const struct worker *worker, uint32_t session, const struct charge_found *found) {
    char price[PAIR_SIZE], model[UTF8_PRINTABLE_SIZE];
    const struct price_session *own = &worker->charge.book->session[session];
    if (!ledger_remark(worker->arena, session, NO_PRICE)) {
        return;
    }
    log_warn("config",
             "session %s: no price list has the model %s that answers; it is charged %s, %s for a million "
             "tokens of "
             "input and output; --price IN,OUT, or a list of --prices, says its own",
             ledger_name(worker->arena, session), printable(worker, session, found, model),
             own->ground == PRICE_OF_TIER ? "as the tier says" : "as the one that was asked for",
             describe(&own->price, price));
}

static void tell(const struct worker *worker, uint32_t session, const struct charge_found *found,
                 enum price_way way) {
    static const char *const ways[PRICE_WAYS] = {"default", "batch", "flex", "priority"};
    if (found->what.ground == PRICE_OF_ANSWERED) {
        tell_other(worker, session, found);
    } else if (found->what.ground == PRICE_OF_ASKED || found->what.ground == PRICE_OF_TIER) {
        tell_none(worker, session, found);
    }
    if (found->what.entry != NULL && !found->what.entry->known[way] &&
        ledger_remark(worker->arena, session, NO_WAY)) {
        char model[UTF8_PRINTABLE_SIZE];
        log_warn("config", "session %s: no price list says what the model %s costs by %s; it is charged %s",
                 ledger_name(worker->arena, session), printable(worker, session, found, model), ways[way],
                 way == PRICE_BATCH ? "half of the usual price" : "as usual");
    }
}

// What follows is booked by what has come.
static void note_dearer(const struct worker *worker, uint32_t session, const struct price *price,
                        const struct answer *answer, enum price_way way) {
    if (price != NULL && answer->tokens.input + answer->tokens.output > 0) {
        struct ledger_price most = {.usual = price_most(price, way, false),
                                    .longer = price_most(price, way, true),
                                    .above = price->above};
        ledger_dearer(worker->arena, session, &most);
    }
}

static const struct price *find_price(struct worker *worker, uint32_t session, const struct answer *answer,
                                      enum price_way way) {
    if (answer->model == NULL || answer->model[0] == '\0' || strlen(answer->model) >= PRICE_NAME_SIZE) {
        return price_book_answer(worker->charge.book, session, NULL).price;
    }
    const struct charge_found *found = find(&worker->charge, session, answer->model);
    tell(worker, session, found, way);
    return found->what.price;
}

const struct price *charge_price(struct worker *worker, uint32_t session, const struct answer *answer,
                                 enum price_way way) {
    const struct price *price = find_price(worker, session, answer, way);
    note_dearer(worker, session, price, answer, way);
    return price;
}
