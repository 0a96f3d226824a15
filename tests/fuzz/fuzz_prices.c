// A price list in any of its shapes: what is taken is a whole book in order, in which each of its models is
// found; what is refused is told on one line.
#include "fuzz_bytes.h"
#include "prices/prices_text.h"
#include "ration/tier.h"

#include <string.h>

static void check_rates(const struct price_rates *rates) {
    FUZZ_CHECK(rates->input <= TIER_PRICE_MOST && rates->cached <= TIER_PRICE_MOST &&
               rates->written <= TIER_PRICE_MOST && rates->written_hour <= 2 * TIER_PRICE_MOST &&
               rates->output <= TIER_PRICE_MOST && rates->reasoning <= TIER_PRICE_MOST);
}

static void check_book(const struct price_book *book) {
    FUZZ_CHECK(price_book_whole(book, price_book_size(book->count)));
    for (uint32_t i = 0; i < book->count; i++) {
        const struct price_entry *entry = &book->entry[i];
        FUZZ_CHECK(i == 0 || price_book_order(&book->entry[i - 1], entry) < 0);
        for (int way = 0; way < PRICE_WAYS; way++) {
            check_rates(&entry->price.rates[way]);
            check_rates(&entry->price.rates_above[way]);
        }
        FUZZ_CHECK(price_book_find(book, entry->provider, entry->model) == entry);
        FUZZ_CHECK(price_book_says(book, entry->provider, entry->model));
    }
}

int fuzz_prices(const uint8_t *data, size_t size) {
    char problem[PRICES_PROBLEM_SIZE] = "";
    struct price_list list = {0};
    char *text = malloc(size + 1);
    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (prices_text_read(text, size, &list, problem) == 0) {
        struct price_book *book = price_list_book(&list, NULL);
        FUZZ_CHECK(book != NULL && book->count > 0);
        check_book(book);
        (void)price_book_find(book, text, text); // and any name may be asked for
        struct price_book *again = price_list_book(&list, book);
        FUZZ_CHECK(again != NULL && again->count == book->count);
        free(again);
        free(book);
    } else {
        FUZZ_CHECK(problem[0] != '\0' && strpbrk(problem, "\n\r\t\033") == NULL);
    }
    price_list_free(&list);
    free(text);
    return 0;
}
