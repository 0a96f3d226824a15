#include "sim_batch_calls.h"

#include <err.h>
#include <stdlib.h>

static struct batch_calls *of(struct batch_calls **all, const struct account *account, uint64_t most,
                              uint64_t now_ns) {
    struct batch_calls *c = *all;

    while (c && c->account != account)
        c = c->next;
    if (c)
        return c;
    c = calloc(1, sizeof(*c));
    if (!c)
        errx(1, "fatal: no memory for the calls of another account");
    c->next = *all;
    c->account = account;
    sim_bucket_init(&c->bucket, most, BUCKET_MINUTE_NS, 0, now_ns);
    return *all = c;
}

uint64_t sim_batch_calls_take(struct batch_calls **all, const struct account *account, uint64_t most,
                              uint64_t now_ns) {
    struct batch_calls *c = of(all, account, most, now_ns);
    uint64_t wait_ns = sim_bucket_wait_ns(&c->bucket, now_ns, 1);

    if (!wait_ns)
        sim_bucket_take(&c->bucket, now_ns, 1);
    return wait_ns;
}

void sim_batch_calls_free(struct batch_calls **all) {
    struct batch_calls *c;

    while ((c = *all)) {
        *all = c->next;
        free(c);
    }
}
