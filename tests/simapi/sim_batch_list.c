#include "sim_batch_list.h"

#include "sim_batch_exchange.h"
#include "sim_batch_object.h"

#include <string.h>

#define PAGE 20

/* A list lags behind what there is. */
static bool listed(const struct simulator *s, const struct exchange *x, const struct batch *b,
                   uint64_t now_ns) {
    const struct batch_options *o = &s->options->batch;
    uint64_t created_ns = b->at_ns[BATCH_VALIDATING];

    return b->shape == x->batch->path.shape && b->owner == x->account && !b->deleted &&
           now_ns >= created_ns + o->lag_ns &&
           (b->shape == BATCH_MESSAGES || !sim_batches_too_old(s->batches, b, now_ns));
}

const struct batch *sim_batch_list_next(const struct simulator *s, const struct exchange *x,
                                        const struct batch *b, uint64_t now_ns) {
    for (b = b ? b->older : s->batches->newest; b; b = b->older)
        if (listed(s, x, b, now_ns))
            break;
    return b;
}

/* Where the page begins, newest first, and whether there are more in the direction that is asked for. */
static const struct batch *first_of_page(const struct simulator *s, const struct exchange *x, uint64_t limit,
                                         uint64_t now_ns, bool *more_before) {
    const struct batch_exchange *c = x->batch;
    const struct batch *b = sim_batch_list_next(s, x, NULL, now_ns), *at;
    uint64_t newer = 0;

    *more_before = false;
    if (c->after) {
        while (b && strcmp(b->id, c->after) != 0)
            b = sim_batch_list_next(s, x, b, now_ns);
        return b ? sim_batch_list_next(s, x, b, now_ns) : NULL;
    }
    if (!c->before)
        return b;
    for (at = b; at && strcmp(at->id, c->before) != 0; at = sim_batch_list_next(s, x, at, now_ns))
        newer++;
    if (!at)
        return NULL;
    *more_before = newer > limit;
    for (; newer > limit; newer--)
        b = sim_batch_list_next(s, x, b, now_ns);
    return b;
}

void sim_batch_list(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const struct batch_exchange *c = x->batch;
    bool messages = c->path.shape == BATCH_MESSAGES, more;
    bool bare = s->options->batch.together && c->path.shape == BATCH_OPENAI;
    uint64_t limit = bare ? UINT64_MAX : sim_batch_exchange_number(c->limit, PAGE, messages ? 1000 : 100);
    uint64_t count = 0;
    const struct batch *b = first_of_page(s, x, limit, now_ns, &more), *first = NULL, *last = NULL;

    x->record.status = 200;
    sim_text_puts(&x->answer, bare ? "[" : messages ? "{\"data\":[" : "{\"object\":\"list\",\"data\":[");
    for (; b && count < limit && !(c->before && !strcmp(b->id, c->before));
         b = sim_batch_list_next(s, x, b, now_ns)) {
        sim_text_puts(&x->answer, count++ ? "," : "");
        sim_batch_object_add(&x->answer, s->batches, b, c->base);
        first = first ? first : b;
        last = b;
    }
    if (bare) {
        sim_text_puts(&x->answer, "]\n");
        return;
    }
    if (!c->before)
        more = b != NULL;
    sim_text_puts(&x->answer, "],\"first_id\":");
    sim_text_add_json_string(&x->answer, first ? first->id : NULL);
    sim_text_puts(&x->answer, ",\"last_id\":");
    sim_text_add_json_string(&x->answer, last ? last->id : NULL);
    sim_text_puts(&x->answer, more ? ",\"has_more\":true}\n" : ",\"has_more\":false}\n");
}
