#include "sim_batch_run.h"

#include "sim_batch_check.h"
#include "sim_batch_end.h"
#include "sim_batch_row.h"
#include "sim_clock.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_NS UINT64_C(1000000)
#define ROWS_BETWEEN_LOOKS 8

/* One batch's share of a turn. */
struct turn {
    struct simulator *s;
    struct batch *b;
    uint64_t now_ns;   /* batches' clock */
    uint64_t until_ns; /* monotonic */
    char *line;        /* of getline */
    size_t cap, rows;
};

static bool over(struct turn *t) {
    return ++t->rows % ROWS_BETWEEN_LOOKS == 0 && sim_clock_monotonic_ns() >= t->until_ns;
}

static bool passed(const struct turn *t, uint64_t at_ns) {
    return t->now_ns >= at_ns || t->s->pace == PACE_HURRY;
}

/* The length of the next line, without its newline; below 0: there is none. */
static ssize_t next_line(struct turn *t) {
    ssize_t len = getline(&t->line, &t->cap, t->b->input);

    if (len < 0 && ferror(t->b->input))
        err(1, "fatal: cannot read the file of batch %s", t->b->id);
    return len > 0 && t->line[len - 1] == '\n' ? len - 1 : len;
}

/* Tokens of the batches of the same account and model that wait or run. */
static uint64_t enqueued_beside(const struct batches *all, const struct batch *b) {
    uint64_t sum = 0;

    for (const struct batch *other = all->newest; other; other = other->older)
        if (other != b && other->owner == b->owner && !sim_batches_ended(other) && other->indexed &&
            b->model && other->model && !strcmp(other->model, b->model))
            sum += other->tokens;
    return sum;
}

void sim_batch_run_begin(struct simulator *s, struct batch *b, uint64_t now_ns) {
    struct batches *all = s->batches;

    if (!sim_batches_fault(all, b, BATCH_FAULT_EXPIRED) && !sim_batches_fault(all, b, BATCH_FAULT_CANCELLED))
        sim_batches_fault(all, b, BATCH_FAULT_STUCK);
    sim_batches_fault(all, b, BATCH_FAULT_COUNTS);
    b->one_file = all->options->one_file;
    if (!all->options->in_order)
        sim_batch_rows_shuffle(&b->rows, b->lot);
    b->output = sim_files_new(&all->files, &b->output_path);
    if (b->shape != BATCH_MESSAGES)
        b->errors = sim_files_new(&all->files, &b->errors_path);
    sim_batches_enter(b, BATCH_RUNNING, now_ns);
}

static void read_all_lines(struct turn *t) {
    struct batches *all = t->s->batches;
    struct batch *b = t->b;

    while (!b->indexed) {
        uint64_t at = b->input ? (uint64_t)ftello(b->input) : 0;
        ssize_t len = b->input ? next_line(t) : -1;

        if (len >= 0) {
            sim_batch_check_line(all->options, b, t->line, (size_t)len, at, t->s->options->variables_allowed);
            if (over(t))
                return;
            continue;
        }
        b->indexed = true;
        b->total = b->rows.count;
        if (!b->input)
            continue;
        sim_batches_fault(all, b, BATCH_FAULT_LINE);
        sim_batches_fault(all, b, BATCH_FAULT_ENQUEUED);
        sim_batch_check_whole(all->options, b, enqueued_beside(all, b));
    }
}

static uint64_t validate(struct turn *t) {
    uint64_t due_ns = t->b->at_ns[BATCH_VALIDATING] + t->s->batches->options->validate_ns;

    read_all_lines(t);
    if (!t->b->indexed)
        return 0;
    if (!passed(t, due_ns))
        return due_ns;
    if (t->b->failure_count)
        sim_batch_end(t->s->batches, t->b, BATCH_FAILED, t->now_ns);
    else
        sim_batch_run_begin(t->s, t->b, t->now_ns);
    return 0;
}

static void to_rest(struct turn *t, enum batch_state end) {
    t->b->end = end;
    sim_batches_enter(t->b, BATCH_REST, t->now_ns);
}

/* Reads the row that is next; its length. */
static size_t row(struct turn *t) {
    struct batch *b = t->b;
    ssize_t len;

    if (fseeko(b->input, (off_t)b->rows.at[b->done], SEEK_SET))
        err(1, "fatal: cannot read the file of batch %s", b->id);
    len = next_line(t);
    if (len < 0)
        errx(1, "fatal: the file of batch %s became shorter", b->id);
    return (size_t)len;
}

/* What happens when the rows that will be run have been run. */
static uint64_t all_run(struct turn *t) {
    struct batch *b = t->b;

    if (b->faulty[BATCH_FAULT_EXPIRED])
        to_rest(t, BATCH_EXPIRED);
    else if (b->faulty[BATCH_FAULT_CANCELLED])
        sim_batch_run_cancel(t->s->batches, b, t->now_ns);
    else if (b->faulty[BATCH_FAULT_STUCK])
        return b->expires_ns;
    else
        sim_batches_enter(b, BATCH_FINALIZING, t->now_ns);
    return 0;
}

static uint64_t run(struct turn *t) {
    struct batch *b = t->b;
    uint64_t row_ns = t->s->pace == PACE_HURRY ? 0 : t->s->batches->options->row_ns;
    uint64_t may, next_ns;
    bool partly =
        b->faulty[BATCH_FAULT_EXPIRED] || b->faulty[BATCH_FAULT_CANCELLED] || b->faulty[BATCH_FAULT_STUCK];
    size_t most = partly ? b->total / 2 : b->total;

    if (t->now_ns >= b->expires_ns) {
        to_rest(t, BATCH_EXPIRED);
        return 0;
    }
    may = row_ns ? (t->now_ns - b->at_ns[BATCH_RUNNING]) / row_ns : most;
    while (b->done < most && b->done < may) {
        size_t len = row(t);

        sim_batch_row_run(t->s, b, t->line, len, sim_clock_monotonic_ns());
        b->done++;
        if (over(t))
            return 0;
    }
    if (b->done == most)
        return all_run(t);
    next_ns = b->at_ns[BATCH_RUNNING] + (b->done + 1) * row_ns;
    return next_ns < b->expires_ns ? next_ns : b->expires_ns;
}

static uint64_t finish(struct turn *t, enum batch_state end) {
    sim_batch_end(t->s->batches, t->b, end, t->now_ns);
    return UINT64_MAX;
}

/* One that was cancelled before it was validated has no rest: there are no files. */
static uint64_t rest(struct turn *t) {
    const struct batch_options *o = t->s->batches->options;
    struct batch *b = t->b;

    while (b->output && b->done < b->total && (b->shape == BATCH_MESSAGES || !o->no_rest)) {
        size_t len = row(t);

        sim_batch_row_skip(b, t->line, len);
        b->done++;
        if (over(t))
            return 0;
    }
    return finish(t, b->end);
}

/* The next thing to do for it: 0 for at once, or a time of the batches' clock. */
static uint64_t step(struct turn *t) {
    const struct batch_options *o = t->s->batches->options;
    const struct batch *b = t->b;
    uint64_t due_ns;

    switch (b->state) {
    case BATCH_VALIDATING:
        return validate(t);
    case BATCH_RUNNING:
        return run(t);
    case BATCH_CANCELLING:
        due_ns = b->at_ns[BATCH_CANCELLING] + o->cancel_ns;
        if (!passed(t, due_ns))
            return due_ns;
        to_rest(t, BATCH_CANCELLED);
        return 0;
    case BATCH_REST:
        return rest(t);
    case BATCH_FINALIZING:
        due_ns = b->at_ns[BATCH_FINALIZING] + o->finalize_ns;
        return passed(t, due_ns) ? finish(t, BATCH_COMPLETED) : due_ns;
    default:
        return UINT64_MAX;
    }
}

void sim_batch_run_cancel(struct batches *all, struct batch *b, uint64_t now_ns) {
    if (b->state >= BATCH_CANCELLING && b->state != BATCH_FINALIZING)
        return;
    sim_batches_enter(b, BATCH_CANCELLING, now_ns);
    all->due_ns = 0;
}

void sim_batch_run(struct simulator *s, uint64_t now_ns) {
    struct batches *all = s->batches;
    uint64_t next_ns = UINT64_MAX; /* batches' clock */
    struct turn t = {.s = s};

    if (!all || now_ns < all->due_ns || s->pace == PACE_HOLD)
        return;
    all->due_ns = UINT64_MAX;
    for (t.b = all->newest; t.b; t.b = t.b->older) {
        uint64_t at_ns;

        if (sim_batches_ended(t.b))
            continue;
        t.now_ns = sim_batch_clock_shows(&all->clock, now_ns);
        t.until_ns = sim_clock_monotonic_ns() + SLICE_NS;
        at_ns = step(&t);
        next_ns = at_ns < next_ns ? at_ns : next_ns;
    }
    free(t.line);
    if (next_ns < UINT64_MAX)
        all->due_ns = sim_batch_clock_when(&all->clock, next_ns);
}
