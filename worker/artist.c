#include "artist.h"

#include "ration/invariant.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_KEPT ((size_t)16 << 10) // a larger buffer is given back after use

struct artist *artist_take(struct artist_pool *pool) {
    struct artist *artist = pool->free;
    if (artist != NULL) {
        pool->free = artist->next;
    } else {
        artist = calloc(1, sizeof(*artist));
    }
    if (artist != NULL) {
        pool->taken++;
    }
    return artist;
}

static void empty(struct text *text) {
    text_clear(text);
    text_shrink(text, TEXT_KEPT);
}

void artist_give_back(struct artist_pool *pool, struct artist *artist) {
    INVARIANT(pool->taken > 0, "artist %u is given back to a pool that gave none", artist->index);
    for (uint32_t i = 0; i < ARTIST_TEXTS; i++) {
        empty(&artist->text[i]);
    }
    memset(&artist->index, 0, offsetof(struct artist, limits) - offsetof(struct artist, index));
    artist->next = pool->free;
    pool->free = artist;
    pool->taken--;
}

const struct text *artist_body(const struct artist *artist, uint32_t kind) {
    bool repaired = artist->repaired.length > 0 && artist->repaired_kind == kind;
    return repaired ? &artist->repaired : &artist->body[kind];
}

void artist_pool_free(struct artist_pool *pool) {
    while (pool->free != NULL) {
        struct artist *artist = pool->free;
        pool->free = artist->next;
        for (uint32_t i = 0; i < ARTIST_TEXTS; i++) {
            text_free(&artist->text[i]);
        }
        free(artist);
    }
}

void artist_append(struct artist_list *list, struct artist *artist) {
    artist->next = NULL;
    if (list->last != NULL) {
        list->last->next = artist;
    } else {
        list->first = artist;
    }
    list->last = artist;
    list->count++;
}

void artist_prepend(struct artist_list *list, struct artist *artist) {
    artist->next = list->first;
    list->first = artist;
    if (list->last == NULL) {
        list->last = artist;
    }
    list->count++;
}

void artist_insert(struct artist_list *list, struct artist *before, struct artist *artist) {
    if (before == NULL) {
        artist_prepend(list, artist);
    } else if (before == list->last) {
        artist_append(list, artist);
    } else {
        artist->next = before->next;
        before->next = artist;
        list->count++;
    }
}

struct artist *artist_shift(struct artist_list *list) {
    struct artist *artist = list->first;
    if (artist != NULL) {
        list->first = artist->next;
        if (list->first == NULL) {
            list->last = NULL;
        }
        artist->next = NULL;
        list->count--;
    }
    return artist;
}
