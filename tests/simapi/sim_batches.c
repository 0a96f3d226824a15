#include "sim_batches.h"

#include "sim_chance.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct batches *sim_batches_start(const struct batch_options *o, uint64_t monotonic_ns, uint64_t real_ns) {
    struct batches *all;

    if (!o->folder)
        return NULL;
    all = calloc(1, sizeof(*all));
    if (!all)
        errx(1, "fatal: no memory for batches");
    *all = (struct batches){.options = o,
                            .clock = {monotonic_ns, real_ns, o->speed, 0},
                            .files.folder = o->folder,
                            .due_ns = UINT64_MAX};
    return all;
}

struct batch *sim_batches_add(struct batches *all, enum batch_shape shape, const struct account *owner,
                              uint64_t seed, uint64_t now_ns) {
    static const char *const prefixes[] = {
        [BATCH_OPENAI] = "batch_", [BATCH_MESSAGES] = "msgbatch_", [BATCH_MISTRAL] = "job-"};
    struct batch *b = calloc(1, sizeof(*b));

    if (!b)
        errx(1, "fatal: no memory for another batch");
    *b = (struct batch){.older = all->newest, .shape = shape, .owner = owner, .number = ++all->count};
    b->lot = sim_chance_key(seed, "batch", 5, b->number);
    b->at_ns[BATCH_VALIDATING] = now_ns;
    b->expires_ns = all->options->window_ns ? now_ns + all->options->window_ns : UINT64_MAX;
    snprintf(b->id, sizeof(b->id), "%s%016" PRIx64 "%08" PRIx64, prefixes[shape],
             b->number * UINT64_C(0x9E3779B97F4A7C15), b->number);
    all->newest = b;
    all->due_ns = 0;
    return b;
}

struct batch *sim_batches_find(const struct batches *all, enum batch_shape shape, const char *id,
                               const struct account *owner, uint64_t now_ns) {
    for (struct batch *b = all->newest; b; b = b->older) {
        if (b->shape != shape || strcmp(b->id, id) != 0)
            continue;
        if (b->deleted || b->owner != owner ||
            (shape != BATCH_MESSAGES && sim_batches_too_old(all, b, now_ns)))
            return NULL;
        return b;
    }
    return NULL;
}

void sim_batches_enter(struct batch *b, enum batch_state state, uint64_t now_ns) {
    b->state = state;
    b->at_ns[state] = now_ns;
}

bool sim_batches_too_old(const struct batches *all, const struct batch *b, uint64_t now_ns) {
    uint64_t keep_ns = all->options->keep_ns;

    return keep_ns && now_ns >= b->at_ns[BATCH_VALIDATING] + keep_ns;
}

bool sim_batches_ended(const struct batch *b) {
    return b->state >= BATCH_FAILED;
}

bool sim_batches_fault(struct batches *all, struct batch *b, enum batch_fault f) {
    const struct batch_options *o = all->options;

    b->faulty[f] = sim_batch_fault_happens(&all->faults, f, b->lot, o->fault[f], o->fault_times);
    return b->faulty[f];
}

enum batch_no_lines sim_batches_no_lines(const struct batches *all, const struct batch *b) {
    static const enum batch_no_lines of_any[] = {BATCH_NO_LINES_NULL, BATCH_NO_LINES_EMPTY_STRING,
                                                 BATCH_NO_LINES_EMPTY_FILE};
    enum batch_no_lines how = all->options->no_lines;

    if (how == BATCH_NO_LINES_ANY)
        return of_any[(size_t)(sim_chance_draw(b->lot, CHANCE_OF_SHAPE) * 3)];
    return how == BATCH_NO_LINES_DEFAULT ? BATCH_NO_LINES_NULL : how;
}

static void close_file(FILE **f) {
    if (*f && fclose(*f))
        err(1, "fatal: cannot write a file of a batch");
    *f = NULL;
}

void sim_batches_close(struct batch *b) {
    close_file(&b->input);
    close_file(&b->output);
    close_file(&b->errors);
    sim_batch_rows_free(&b->rows);
}

static struct batch_ran *ran_place(struct batch_ran *ran, size_t cap, uint64_t hash) {
    size_t at = hash & (cap - 1);

    while (ran[at].times && ran[at].hash != hash)
        at = (at + 1) & (cap - 1);
    return &ran[at];
}

static void grow_ran(struct batches *all) {
    size_t cap = all->ran_cap ? all->ran_cap * 2 : 4096;
    struct batch_ran *grown = calloc(cap, sizeof(*grown));

    if (!grown)
        errx(1, "fatal: no memory for what %zu rows were", cap);
    for (size_t i = 0; i < all->ran_cap; i++)
        if (all->ran[i].times)
            *ran_place(grown, cap, all->ran[i].hash) = all->ran[i];
    free(all->ran);
    all->ran = grown;
    all->ran_cap = cap;
}

uint64_t sim_batches_ran(struct batches *all, uint64_t hash) {
    struct batch_ran *place;

    if (all->ran_count * 2 >= all->ran_cap)
        grow_ran(all);
    place = ran_place(all->ran, all->ran_cap, hash);
    all->ran_count += !place->times;
    place->hash = hash;
    return ++place->times;
}

void sim_batches_free(struct batches *all) {
    struct batch *b;

    if (!all)
        return;
    while ((b = all->newest)) {
        all->newest = b->older;
        sim_batches_close(b);
        free(b->endpoint);
        free(b->model);
        free(b->metadata);
        free(b->window);
        free(b->output_path);
        free(b->errors_path);
        sim_text_free(&b->failures);
        free(b);
    }
    sim_files_free(&all->files);
    sim_batch_calls_free(&all->calls);
    free(all->ran);
    free(all);
}
