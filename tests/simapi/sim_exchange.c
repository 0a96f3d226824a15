#include "sim_exchange.h"

#include <err.h>
#include <stdlib.h>

#define KEEP_BYTES 8192

struct exchange *sim_exchange_new(struct exchange_pool *pool) {
    struct exchange *x = pool->free;

    if (x) {
        pool->free = x->next;
        *x = (struct exchange){.body = x->body, .answer = x->answer, .tag = x->tag};
        return x;
    }
    x = calloc(1, sizeof(*x));
    if (!x)
        errx(1, "fatal: no memory for another request");
    return x;
}

void sim_exchange_release(struct exchange_pool *pool, struct exchange *x) {
    sim_text_reset(&x->body, KEEP_BYTES);
    sim_text_reset(&x->answer, KEEP_BYTES);
    sim_text_reset(&x->tag, KEEP_BYTES);
    x->next = pool->free;
    pool->free = x;
}

void sim_exchange_free_pool(struct exchange_pool *pool) {
    struct exchange *x;

    while ((x = pool->free)) {
        pool->free = x->next;
        sim_text_free(&x->body);
        sim_text_free(&x->answer);
        sim_text_free(&x->tag);
        free(x);
    }
}
