#include "ration/price_book.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int price_book_order(const void *a, const void *b) {
    const struct price_entry *one = a, *other = b;
    int order = strcmp(one->provider, other->provider);
    return order != 0 ? order : strcmp(one->model, other->model);
}

size_t price_book_size(size_t entries) {
    return sizeof(struct price_book) + entries * sizeof(struct price_entry);
}

bool price_book_whole(const void *bytes, size_t length) {
    const struct price_book *book = bytes;
    if (length < sizeof(*book) || book->magic != PRICE_BOOK_MAGIC || length != price_book_size(book->count)) {
        return false;
    }
    for (uint32_t i = 0; i < book->count; i++) {
        const struct price_entry *entry = &book->entry[i];
        if (memchr(entry->provider, '\0', sizeof(entry->provider)) == NULL ||
            memchr(entry->model, '\0', sizeof(entry->model)) == NULL) {
            return false;
        }
    }
    return true;
}

// The first that is not before it; book->count: none.
static size_t lower(const struct price_book *book, const struct price_entry *wanted) {
    size_t low = 0, high = book->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (price_book_order(&book->entry[middle], wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void want(const struct price_place *place, size_t length, struct price_entry *wanted) {
    (void)strlcpy(wanted->provider, place->provider, sizeof(wanted->provider));
    memcpy(wanted->model, place->model, length);
    wanted->model[length] = '\0';
}

static const struct price_entry *exact(const struct price_book *book, const struct price_place *place,
                                       size_t length) {
    struct price_entry wanted;
    want(place, length, &wanted);
    size_t at = lower(book, &wanted);
    return at < book->count && price_book_order(&book->entry[at], &wanted) == 0 ? &book->entry[at] : NULL;
}

// Without a version at its end, the longest name first.
static const struct price_entry *undated(const struct price_book *book, const struct price_place *place) {
    for (size_t length = strlen(place->model); length-- > 1;) {
        if (strchr("-@", place->model[length]) != NULL && price_name_is_version(place->model + length)) {
            const struct price_entry *entry = exact(book, place, length);
            if (entry != NULL) {
                return entry;
            }
        }
    }
    return NULL;
}

// The last of those that are this name and a version.
static const struct price_entry *newest(const struct price_book *book, const struct price_place *place) {
    struct price_entry wanted;
    const struct price_entry *found = NULL;
    size_t length = strlen(place->model) - price_name_version(place->model);
    want(place, length, &wanted);
    for (size_t i = lower(book, &wanted); i < book->count; i++) {
        const struct price_entry *entry = &book->entry[i];
        if (strcmp(entry->provider, wanted.provider) != 0 ||
            strncmp(entry->model, wanted.model, length) != 0) {
            break;
        }
        found = price_name_is_version(entry->model + length) ? entry : found;
    }
    return found;
}

// A name with a date of its own is not that of another date.
static bool is_open(const char *model) {
    size_t version = price_name_version(model);
    return version == 0 || strcmp(model + strlen(model) - version, "-latest") == 0;
}

const struct price_entry *price_book_find(const struct price_book *book, const char *provider,
                                          const char *model) {
    struct price_place place[PRICE_NAME_MOST];
    size_t makers;
    size_t count = price_name_places(provider, model, place, &makers);
    const size_t ends[] = {count - makers, count};
    size_t begin = 0;
    for (size_t part = 0; part < 2; part++) {
        const struct price_entry *entry = NULL;
        for (size_t i = begin; i < ends[part] && entry == NULL; i++) {
            entry = exact(book, &place[i], strlen(place[i].model));
        }
        for (size_t i = begin; i < ends[part] && entry == NULL; i++) {
            entry = undated(book, &place[i]);
        }
        for (size_t i = begin; i < ends[part] && entry == NULL && is_open(model); i++) {
            entry = newest(book, &place[i]);
        }
        if (entry != NULL) {
            return entry;
        }
        begin = ends[part];
    }
    return NULL;
}

bool price_book_says(const struct price_book *book, const char *provider, const char *model) {
    const char *const providers[] = {provider, ""};
    for (size_t i = 0; i < 2; i++) {
        struct price_place place;
        (void)strlcpy(place.provider, providers[i], sizeof(place.provider));
        (void)strlcpy(place.model, model, sizeof(place.model));
        if (exact(book, &place, strlen(place.model)) != NULL || undated(book, &place) != NULL) {
            return true;
        }
    }
    return false;
}

const char *price_book_date(uint32_t date, char out[PRICE_DATE_SIZE]) {
    (void)snprintf(out, PRICE_DATE_SIZE, "%04u-%02u-%02u", date / 10000 % 10000, date / 100 % 100,
                   date % 100);
    return out;
}

struct price_found price_book_answer(const struct price_book *book, uint32_t session, const char *model) {
    const struct price_session *own = &book->session[session];
    if (own->ground != PRICE_TOLD && model != NULL && *model != '\0') {
        const struct price_entry *entry = price_book_find(book, own->provider, model);
        if (entry != NULL) {
            return (struct price_found){PRICE_OF_ANSWERED, &entry->price, entry};
        }
    }
    return (struct price_found){own->ground, own->ground != PRICE_UNKNOWN ? &own->price : NULL, NULL};
}
