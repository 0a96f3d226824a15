#include "prices/price_list.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

static struct price_row *room(struct price_list *list) {
    if (list->count == list->room) {
        size_t more = list->room > 0 ? 2 * list->room : 256;
        struct price_row *rows = reallocarray(list->row, more, sizeof(*rows));
        if (rows == NULL) {
            return NULL;
        }
        list->row = rows;
        list->room = more;
    }
    struct price_row *row = &list->row[list->count];
    *row = (struct price_row){.number = list->count};
    return row;
}

int price_list_add(struct price_list *list, const struct price_named *named,
                   const struct price_draft *draft) {
    struct price_row *row = room(list);
    if (row == NULL) {
        return -1;
    }
    struct price_entry *entry = &row->entry;
    entry->date = named->date;
    entry->until = named->until;
    price_name_provider(named->provider, named->provider_length, entry->provider);
    if (named->provider_length < sizeof(entry->provider) && named->model[0] != '\0' &&
        strlcpy(entry->model, named->model, sizeof(entry->model)) < sizeof(entry->model) &&
        price_draft_finish(draft, &entry->price, entry->known)) {
        list->count++;
    }
    return 0;
}

void price_list_free(struct price_list *list) {
    free(list->row);
    *list = (struct price_list){0};
}

static int compare(const void *a, const void *b) {
    const struct price_row *one = a, *other = b;
    int order = price_book_order(&one->entry, &other->entry);
    return order != 0 ? order : (one->number > other->number) - (one->number < other->number);
}

// Sorted, each model once.
static struct price_book *sorted(struct price_list *list) {
    struct price_book *book = calloc(1, price_book_size(list->count));
    if (book == NULL) {
        return NULL;
    }
    book->magic = PRICE_BOOK_MAGIC;
    if (list->count > 0) {
        qsort(list->row, list->count, sizeof(*list->row), compare);
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct price_entry *entry = &list->row[i].entry;
        bool again = book->count > 0 && price_book_order(&book->entry[book->count - 1], entry) == 0;
        book->entry[book->count - again] = *entry;
        book->count += !again;
    }
    return book;
}

struct price_book *price_list_book(struct price_list *list, const struct price_book *before) {
    struct price_book *book = sorted(list);
    if (book == NULL || before == NULL || before->count == 0) {
        return book;
    }
    struct price_book *all = calloc(1, price_book_size(book->count + before->count));
    if (all != NULL) {
        all->magic = PRICE_BOOK_MAGIC;
        memcpy(all->entry, book->entry, book->count * sizeof(book->entry[0]));
        all->count = book->count;
        for (uint32_t i = 0; i < before->count; i++) {
            if (!price_book_says(book, before->entry[i].provider, before->entry[i].model)) {
                all->entry[all->count++] = before->entry[i];
            }
        }
        qsort(all->entry, all->count, sizeof(all->entry[0]), price_book_order);
    }
    free(book);
    return all;
}
