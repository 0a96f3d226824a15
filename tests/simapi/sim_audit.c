#include "sim_audit.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_EVERY_NS UINT64_C(90000000)
#define FLUSH_AT_BYTES (256u << 10)

static void flush(struct audit *a) {
    size_t done = 0;

    while (done < a->lines.len) {
        ssize_t n = write(a->fd, a->lines.data + done, a->lines.len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            err(1, "fatal: cannot write the audit");
        done += (size_t)n;
    }
    a->lines.len = 0;
    a->flush_due_ns = UINT64_MAX;
}

void sim_audit_open(struct audit *a, const char *path) {
    struct stat st;

    *a = (struct audit){.fd = -1, .flush_due_ns = UINT64_MAX};
    if (!path)
        return;
    a->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (a->fd < 0 || fstat(a->fd, &st))
        err(1, "fatal: cannot open the audit %s", path);
    if (st.st_size == 0)
        sim_text_puts(
            &a->lines,
            "arrived_ns\tanswered_ns\trun\tartist_id\tattempt\tkey\tstatus\tfault\tcharged\tused\t"
            "remaining_requests\tremaining_tokens\tlimit\tday\tkey_line\tchanges\toutsider\theaders\t"
            "charged_input\tcharged_output\tused_input\tused_output\tremaining_input\t"
            "remaining_output\tremaining_requests_day\tremaining_tokens_day\tremaining_project\t"
            "input\tcached\twritten\twritten_hour\toutput\treasoning\tbill\t"
            "way\tcall\tobject\tasked\ttier\n");
    flush(a);
}

static void add_field(struct audit *a, const char *bytes, size_t len) {
    sim_text_puts(&a->lines, "\t");
    if (bytes)
        sim_text_add(&a->lines, bytes, len);
    else
        sim_text_puts(&a->lines, "-");
}

static void add_number(struct audit *a, uint64_t n) {
    sim_text_puts(&a->lines, "\t");
    sim_text_number(&a->lines, n);
}

static void add_key(struct audit *a, uint32_t hash) {
    sim_text_puts(&a->lines, "\t");
    if (!hash) {
        sim_text_puts(&a->lines, "-");
        return;
    }
    sim_text_hex(&a->lines, hash);
    /* Eight digits do: the upper half is zero. */
    for (char *at = a->lines.data + a->lines.len - 16, *end = at + 8; at < end; at++)
        at[0] = at[8];
    a->lines.len -= 8;
}

static void add_remaining(struct audit *a, const struct limit_view *view) {
    if (view->limit)
        add_number(a, view->remaining);
    else
        sim_text_puts(&a->lines, "\t-1");
}

static void add_limits(struct audit *a, const struct audit_record *r) {
    static const enum dimension rest[] = {DIMENSION_INPUT, DIMENSION_OUTPUT, DIMENSION_REQUESTS_DAY,
                                          DIMENSION_TOKENS_DAY, DIMENSION_PROJECT};

    sim_text_puts(&a->lines, "\t");
    sim_text_puts(&a->lines, r->limit ? r->limit : "-");
    add_number(a, r->day);
    add_number(a, r->key_line);
    add_number(a, r->changes);
    add_number(a, r->outsider);
    sim_text_puts(&a->lines, r->spoiled ? "\tspoiled" : "\t-");
    add_number(a, r->charged.input);
    add_number(a, r->charged.output);
    add_number(a, r->used.input);
    add_number(a, r->used.output);
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
        add_remaining(a, &r->view[rest[i]]);
    add_number(a, r->billed.input);
    add_number(a, r->billed.cached);
    add_number(a, r->billed.written);
    add_number(a, r->billed.written_hour);
    add_number(a, r->billed.output);
    add_number(a, r->billed.reasoning);
    add_number(a, r->bill);
}

static void add_word(struct audit *a, const char *word) {
    sim_text_puts(&a->lines, "\t");
    sim_text_puts(&a->lines, word && *word ? word : "-");
}

static void add_way(struct audit *a, const struct audit_record *r) {
    add_word(a, r->way ? r->way : "single");
    add_word(a, r->call);
    add_word(a, r->object);
    add_word(a, NULL);
    if (r->asked) {
        a->lines.len--;
        sim_text_hex(&a->lines, r->asked);
    }
    add_word(a, r->tier);
}

void sim_audit_add(struct audit *a, const struct audit_record *r, uint64_t now_ns) {
    if (a->fd < 0)
        return;
    sim_text_number(&a->lines, r->arrived_ns);
    add_number(a, r->answered_ns);
    add_field(a, r->tag.run, r->tag.run_len);
    add_field(a, r->tag.artist_id, r->tag.artist_id_len);
    add_number(a, r->tag.attempt);
    add_key(a, r->key_hash);
    sim_text_puts(&a->lines, r->status < 0 ? "\t-" : "\t");
    sim_text_number(&a->lines, (uint64_t)(r->status < 0 ? -r->status : r->status));
    sim_text_puts(&a->lines, "\t");
    sim_text_puts(&a->lines, r->fault);
    add_number(a, r->charged.tokens);
    add_number(a, r->used.tokens);
    add_remaining(a, &r->view[DIMENSION_REQUESTS]);
    add_remaining(a, &r->view[DIMENSION_TOKENS]);
    add_limits(a, r);
    add_way(a, r);
    sim_text_puts(&a->lines, "\n");
    if (a->flush_due_ns == UINT64_MAX)
        a->flush_due_ns = now_ns + FLUSH_EVERY_NS;
    if (a->lines.len >= FLUSH_AT_BYTES)
        flush(a);
}

void sim_audit_flush_if_due(struct audit *a, uint64_t now_ns) {
    if (now_ns >= a->flush_due_ns)
        flush(a);
}

void sim_audit_close(struct audit *a) {
    if (a->fd < 0)
        return;
    flush(a);
    close(a->fd);
    sim_text_free(&a->lines);
    a->fd = -1;
}
