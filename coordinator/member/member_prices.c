#include "member/member_prices.h"

#include "prices/prices.h"
#include "ration/money.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(char out[MEMBER_PRICES_SIZE], const char *format, ...) {
    size_t length = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(out + length, MEMBER_PRICES_SIZE - length, format, arguments);
    va_end(arguments);
}

static void add_rate(char out[MEMBER_PRICES_SIZE], const char *name, uint64_t rate, uint64_t usual) {
    char money[MONEY_TEXT_SIZE];
    if (rate != usual) {
        money_print(rate * 1000, money);
        add(out, "%s %s", name, money);
    }
}

// Kinds that cost what input or output costs are left out.
static void add_rates(char out[MEMBER_PRICES_SIZE], const struct price_rates *rates) {
    add_rate(out, "input", rates->input, UINT64_MAX);
    add_rate(out, ", cached", rates->cached, rates->input);
    add_rate(out, ", written", rates->written, rates->input);
    add_rate(out, ", for an hour", rates->written_hour, rates->input);
    add_rate(out, ", output", rates->output, UINT64_MAX);
    add_rate(out, ", reasoning", rates->reasoning, rates->output);
}

static enum price_way way_of(const struct config *config, const struct price_session *session,
                             uint32_t number) {
    for (int way = 0; way < PRICE_WAYS; way++) {
        if (memcmp(&session->price.rates[way], &config->rates[number], sizeof(config->rates[number])) == 0) {
            return (enum price_way)way;
        }
    }
    return PRICE_DEFAULT;
}

void member_prices_print(const struct config *config, uint32_t session, char out[MEMBER_PRICES_SIZE]) {
    const struct price_book *book = config->prices;
    out[0] = '\0';
    if (book == NULL || book->session[session].ground == PRICE_UNKNOWN) {
        return;
    }
    const struct price_session *of = &book->session[session];
    add_rates(out, &config->rates[session]);
    if (of->price.above > 0) {
        add(out, "; above %" PRIu64 " tokens ", of->price.above);
        add_rates(out, &of->price.rates_above[way_of(config, of, session)]);
    }
    if (of->ground == PRICE_TOLD) {
        add(out, ", whichever model answers");
    }
}

static bool is_in(const struct price_book *book, const struct price_entry *entry) {
    const struct price_entry *like =
        bsearch(entry, book->entry, book->count, sizeof(*entry), price_book_order);
    return like != NULL && memcmp(&like->price, &entry->price, sizeof(entry->price)) == 0 &&
           memcmp(like->known, entry->known, sizeof(entry->known)) == 0;
}

bool member_prices_digest(const struct config *config, struct digest *digest, char out[DIGEST_SIZE]) {
    struct price_book *usual = prices_take(0, NULL);
    bool any = false;
    out[0] = '\0';
    if (usual == NULL || config->prices == NULL) {
        free(usual);
        return config->prices == NULL;
    }
    digest_begin(digest);
    for (uint32_t i = 0; i < config->prices->count; i++) {
        const struct price_entry *entry = &config->prices->entry[i];
        if (!is_in(usual, entry)) {
            digest_add(digest, entry->provider, strlen(entry->provider));
            digest_add(digest, entry->model, strlen(entry->model));
            digest_add(digest, (const char *)&entry->price, sizeof(entry->price));
            digest_add(digest, (const char *)entry->known, sizeof(entry->known));
            any = true;
        }
    }
    char sum[DIGEST_SIZE];
    digest_end(digest, sum);
    free(usual);
    (void)strlcpy(out, any ? sum : "", DIGEST_SIZE);
    return true;
}
