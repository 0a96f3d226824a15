#include "sim_options.h"

#include "sim_batch_path.h"
#include "sim_number.h"
#include "sim_options_rows.h"

#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS 3600000
#define ROWS_MAX 160
#define LEFT_COLUMN 36
enum { FIRST_ROW = 256, HELP = 'h' };

static void print_help(void) {
    puts("usage: simapi [options]\n"
         "Simulates the API of an LLM provider on the loopback interface.\n"
         "POST /v1/responses, /v1/chat/completions, /v1/messages; GET /healthz. SIGTERM ends it, with a "
         "summary.\n"
         "With --batch-folder: /v1/files and /v1/batches (OpenAI), /v1/messages/batches, /v1/batch/jobs "
         "(Mistral).\n"
         "After SIGUSR2 no answer leaves until the next one; after SIGUSR1 all leave at once, whatever their "
         "latency.");
    for (size_t i = 0; i < sim_options_rows_count; i++) {
        const struct option_row *row = &sim_options_rows[i];
        char left[96];

        snprintf(left, sizeof(left), "--%s%s%s", row->name, row->argument ? " " : "",
                 row->argument ? row->argument : "");
        if (!row->help)
            printf("\n%s\n", row->name);
        else if (strlen(left) <= LEFT_COLUMN)
            printf("  %-*s %s\n", LEFT_COLUMN, left, row->help);
        else
            printf("  %s\n  %-*s %s\n", left, LEFT_COLUMN, "", row->help);
    }
    printf("  %-*s %s\n", LEFT_COLUMN, "--help", "show this");
    puts("\nA line of --keys-file: KEY requests_per_minute tokens_per_minute burst [requests_per_day] [NAME "
         "N]...\n"
         "0 means none. NAME: requests_per_minute tokens_per_minute burst burst_tokens "
         "input_tokens_per_minute\n"
         "output_tokens_per_minute project_tokens_per_minute requests_per_day tokens_per_day quota_after\n"
         "spend_cap_after outsider_per_minute status (answers all with it) status_from status_until "
         "(seconds).\n"
         "The rest is as the options say. At the start simapi prints \"key of line N: HASH\"; HASH is the\n"
         "audit's column key, N its column key_line.");
    puts("\nThe first request is time zero: all buckets are full, the first day begins, and every S counts "
         "from it.\n"
         "With a burst below its limit a bucket refuses sooner than a real API's: the headers tell what is "
         "left in it,\n"
         "and as reset the time after which a real one would be full, so that the limit's period is inferred "
         "rightly.");
}

static void parse_number(const struct option_row *row, const char *text, uint64_t *out) {
    if (!sim_number_parse(text, strlen(text), out) || *out < row->least || *out > row->most)
        errx(2, "--%s: \"%s\" is no whole number from %ju to %ju", row->name, text, (uintmax_t)row->least,
             (uintmax_t)row->most);
}

static void parse_seconds(const struct option_row *row, const char *text, uint64_t *out_ns) {
    if (!sim_number_parse_seconds(text, strlen(text), out_ns) || *out_ns < row->least || *out_ns > row->most)
        errx(2, "--%s: \"%s\" is no number of seconds from %g to %g", row->name, text,
             (double)row->least / 1e9, (double)row->most / 1e9);
}

static void parse_share(const struct option_row *row, const char *text, double *out) {
    char *end;
    double share = strtod(text, &end);

    if (end == text || *end || !(share >= 0) || share > 1)
        errx(2, "--%s: \"%s\" is no share from 0 to 1", row->name, text);
    *out = share;
}

static void parse_choice(const struct option_row *row, const char *text, unsigned *out) {
    unsigned number = 1;

    for (const char *at = row->argument; *at; at += strcspn(at, "|"), at += *at == '|', number++) {
        if (strcspn(at, "|") != strlen(text) || memcmp(at, text, strlen(text)) != 0)
            continue;
        *out = number;
        return;
    }
    errx(2, "--%s: \"%s\" is none of %s", row->name, text, row->argument);
}

static void parse_lognormal(struct options *o, const char *text) {
    char *end, *tail;
    double median = strtod(text, &end);
    double sigma = *end == ':' ? strtod(end + 1, &tail) : -1;

    if (end == text || *end != ':' || tail == end + 1 || *tail || !(median > 0) || median > HOUR_MS ||
        !(sigma >= 0) || sigma > 10)
        errx(2, "--latency-lognormal: \"%s\" is not MEDIAN_MS:SIGMA (for instance 800:0.5)", text);
    o->lognormal_median_ms = median;
    o->lognormal_sigma = sigma;
}

static void apply(struct options *o, const struct option_row *row, const char *text) {
    void *field = (char *)o + row->offset;

    switch (row->kind) {
    case OPTION_NUMBER:
        parse_number(row, text, field);
        break;
    case OPTION_SECONDS:
        parse_seconds(row, text, field);
        break;
    case OPTION_SHARE:
        parse_share(row, text, field);
        break;
    case OPTION_STRING:
        *(const char **)field = text;
        break;
    case OPTION_ON:
    case OPTION_OFF:
        *(bool *)field = row->kind == OPTION_ON;
        break;
    case OPTION_CHOICE:
        parse_choice(row, text, field);
        break;
    case OPTION_LOGNORMAL:
        parse_lognormal(o, text);
        break;
    case OPTION_HOSTILE:
        if (!sim_hostile_parse(field, text))
            errx(2, "--hostile: \"%s\" is none of " HOSTILE_LIST, text);
        break;
    case OPTION_PRICE:
        if (!sim_price_add(field, text))
            errx(2, "--price: \"%s\" is not MODEL:KIND=DOLLARS,... (for instance gpt-4o:input=2.5,output=10)",
                 text);
        break;
    case OPTION_CHANGE:
        if (!sim_change_add(field, text))
            errx(2,
                 "--change-at: \"%s\" is not S:NAME=N,... (for instance 10:requests_per_minute=600,burst=10)",
                 text);
        break;
    }
}

static void check(struct options *o) {
    double sum = 0;

    for (size_t f = 0; f < CHANCE_FAULT_COUNT; f++)
        sum += o->fault_share[f];
    if (sum > 1 + 1e-9)
        errx(2, "the shares of all --fault options add up to %g, more than 1", sum);
    if (!o->tls_cert != !o->tls_key)
        errx(2, "--tls-cert and --tls-key need each other");
    if (o->key_file && o->keys_file)
        errx(2, "--key-file and --keys-file exclude each other");
    if (o->expected_output == UINT64_MAX)
        o->expected_output = (o->text_bytes + 3) / 4;
    if (o->rules.outsider_tokens == UINT64_MAX)
        o->rules.outsider_tokens = o->expected_output;
    if (o->overload_from_ns == UINT64_MAX && o->overload_until_ns != UINT64_MAX)
        o->overload_from_ns = 0;
}

static void set_defaults(struct options *o) {
    *o = (struct options){
        .max_connections = 12000,
        .max_body = 4u << 20,
        .variables_allowed = "artist_name,artist_data",
        .redirect_to = "/elsewhere",
        .text_bytes = 300,
        .cache_life_ns = UINT64_C(300000000000),
        .expected_output = UINT64_MAX,
        .settle = true,
        .limits = {.quota_after = UINT64_MAX, .spend_cap_after = UINT64_MAX, .status_until = UINT64_MAX},
        .rules = {.day_ns = UINT64_C(86400000000000),
                  .outsider_tokens = UINT64_MAX,
                  .outsider_until_ns = UINT64_MAX},
        .overload_from_ns = UINT64_MAX,
        .overload_until_ns = UINT64_MAX,
        .flex_full_until_ns = UINT64_MAX,
        .fault_attempts = UINT64_MAX,
        .trickle_ms = 2000,
        .seed = 1,
        .batch = {.speed = 1,
                  .token_factor = 1,
                  .validate_ns = UINT64_C(100000000),
                  .finalize_ns = UINT64_C(100000000),
                  .cancel_ns = UINT64_C(100000000),
                  .window_ns = UINT64_C(86400000000000),
                  .keep_ns = UINT64_C(2592000000000000),
                  .fault_calls = BATCH_CALL_WORDS,
                  .fault_times = UINT64_MAX}};
}

/* A fault of a call that there is not would never happen. */
static void check_calls(const char *words) {
    for (const char *at = words; *at; at += strcspn(at, ","), at += *at == ',') {
        size_t len = strcspn(at, ",");
        bool known = false;

        for (int call = BATCH_CALL_UPLOAD; call <= BATCH_CALL_DELETE && !known; call++) {
            const char *name = sim_batch_path_name((enum batch_call)call);

            known = strlen(name) == len && !memcmp(at, name, len);
        }
        if (!known)
            errx(2, "--batch-fault-calls: \"%.*s\" is none of " BATCH_CALL_WORDS, (int)len, at);
    }
}

void sim_options_parse(struct options *o, int argc, char **argv) {
    struct option names[ROWS_MAX] = {{"help", no_argument, NULL, HELP}};
    size_t count = 1;
    int c;

    set_defaults(o);
    for (size_t i = 0; i < sim_options_rows_count && count < ROWS_MAX - 1; i++)
        if (sim_options_rows[i].help)
            names[count++] = (struct option){sim_options_rows[i].name,
                                             sim_options_rows[i].argument ? required_argument : no_argument,
                                             NULL, FIRST_ROW + (int)i};
    while ((c = getopt_long(argc, argv, "h", names, NULL)) != -1) {
        if (c == HELP) {
            print_help();
            exit(fflush(stdout) ? 1 : 0);
        }
        if (c < FIRST_ROW)
            exit(2);
        apply(o, &sim_options_rows[c - FIRST_ROW], optarg);
    }
    check_calls(o->batch.fault_calls);
    if (optind < argc)
        errx(2, "\"%s\" is no option; see simapi --help", argv[optind]);
    check(o);
}
