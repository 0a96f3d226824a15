#include "sim_options.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { NUMBER, SHARE, STRING, ON, OFF, LOGNORMAL, HOSTILE };

struct row {
    const char *name, *argument, *help;
    enum kind kind;
    size_t offset;
    uint64_t least, most; /* of a NUMBER */
};

#define AT(field) offsetof(struct options, field)
/* A share of the admitted requests each, 0 to 1. */
#define FAULT_ROW(id, text, what) \
    {"fault-" text, "SHARE", what, SHARE, AT(fault_share) + FAULT_##id * sizeof(double), 0, 0},
#define HOUR_MS 3600000

static const struct row rows[] = {
    {"port", "N", "listen on 127.0.0.1:N (0: any free port)", NUMBER, AT(port), 0, 65535},
    {"port-file", "FILE", "write the port there once listening", STRING, AT(port_file), 0, 0},
    {"tls-cert", "FILE", "HTTPS with this certificate chain (PEM)", STRING, AT(tls_cert), 0, 0},
    {"tls-key", "FILE", "its private key (PEM)", STRING, AT(tls_key), 0, 0},
    {"max-connections", "N", "at most N at a time (12000)", NUMBER, AT(max_connections), 1, 1000000},
    {"max-body", "BYTES", "larger requests get 413 (4194304)", NUMBER, AT(max_body), 1, 1u << 30},
    {"key-file", "FILE", "accept these API keys only, one a line", STRING, AT(key_file), 0, 0},
    {"audit", "FILE", "append a line (TSV) for each request", STRING, AT(audit), 0, 0},
    {"exit-with-parent", NULL, "end when the starting process ends", ON, AT(exit_with_parent), 0, 0},
    {"prompt-variables-allowed", "A,B", "others get 400 (artist_name,artist_data)", STRING,
     AT(variables_allowed), 0, 0},
    {"text-bytes", "N", "fill answers up to N bytes (300)", NUMBER, AT(text_bytes), 0, 1u << 26},
    {"expected-output", "N", "tokens of an answer, as estimated at admission (text-bytes / 4)", NUMBER,
     AT(expected_output), 0, 1u << 30},
    {"requests-per-minute", "N", "request limit (0: none)", NUMBER, AT(limits.requests_per_minute), 0,
     BUCKET_LIMIT_MAX},
    {"burst", "N", "requests a full bucket holds (the limit)", NUMBER, AT(limits.burst), 0, BUCKET_LIMIT_MAX},
    {"tokens-per-minute", "N", "token limit (0: none)", NUMBER, AT(limits.tokens_per_minute), 0,
     BUCKET_LIMIT_MAX},
    {"burst-tokens", "N", "tokens a full bucket holds (the limit)", NUMBER, AT(limits.burst_tokens), 0,
     BUCKET_LIMIT_MAX},
    {"settle", NULL, "correct the charge to the tokens used when answering (default)", ON, AT(settle), 0, 0},
    {"no-settle", NULL, "keep the charge made at admission", OFF, AT(settle), 0, 0},
    {"count-refused", NULL, "a 429 costs a request, too", ON, AT(count_refused), 0, 0},
    {"insufficient-quota-after", "N", "once N requests were admitted, all others get insufficient_quota",
     NUMBER, AT(quota_after), 0, UINT64_MAX},
    {"latency-ms", "N", "answer N ms after admission", NUMBER, AT(latency_ms), 0, HOUR_MS},
    {"latency-lognormal", "MEDIAN_MS:SIGMA", "answer after a log-normal time", LOGNORMAL, 0, 0, 0},
    {"fault-attempts", "N", "faults only on the first N attempts of an artist", NUMBER, AT(fault_attempts), 0,
     UINT64_MAX},
    {"trickle-ms", "N", "time that a trickled body takes (2000)", NUMBER, AT(trickle_ms), 0, HOUR_MS},
    {"seed", "N", "faults and latencies depend on seed, artist and attempt alone (1)", NUMBER, AT(seed), 0,
     UINT64_MAX},
    {"hostile", "MODE", "answer every request so: " HOSTILE_LIST, HOSTILE, 0, 0, 0},
    {"redirect-to", "URL", "where hostile redirect points to (/elsewhere)", STRING, AT(redirect_to), 0, 0},
    CHANCE_FAULTS(FAULT_ROW)};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))
enum { FIRST_ROW = 256, HELP = 'h' };

static void print_help(void) {
    puts("usage: simapi [options]\n"
         "Simulates the API of an LLM provider on the loopback interface.\n"
         "POST /v1/responses, POST /v1/chat/completions, GET /healthz. SIGTERM ends it, with a summary.\n");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char left[64];

        snprintf(left, sizeof(left), "--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
                 rows[i].argument ? rows[i].argument : "");
        printf("  %-36s %s\n", left, rows[i].help);
    }
    printf("  %-36s %s\n", "--help", "show this");
}

static void parse_number(const struct row *row, const char *text, uint64_t *out) {
    char *end;
    unsigned long long n;

    errno = 0;
    n = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || n < row->least || n > row->most)
        errx(2, "--%s: \"%s\" is no whole number from %ju to %ju", row->name, text, (uintmax_t)row->least,
             (uintmax_t)row->most);
    *out = n;
}

static void parse_share(const struct row *row, const char *text, double *out) {
    char *end;
    double share = strtod(text, &end);

    if (end == text || *end || !(share >= 0) || share > 1)
        errx(2, "--%s: \"%s\" is no share from 0 to 1", row->name, text);
    *out = share;
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

static void apply(struct options *o, const struct row *row, const char *text) {
    void *field = (char *)o + row->offset;

    switch (row->kind) {
    case NUMBER:
        parse_number(row, text, field);
        break;
    case SHARE:
        parse_share(row, text, field);
        break;
    case STRING:
        *(const char **)field = text;
        break;
    case ON:
        *(bool *)field = true;
        break;
    case OFF:
        *(bool *)field = false;
        break;
    case LOGNORMAL:
        parse_lognormal(o, text);
        break;
    case HOSTILE:
        if (!sim_hostile_parse(&o->hostile, text))
            errx(2, "--hostile: \"%s\" is none of " HOSTILE_LIST, text);
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
    if (o->expected_output == UINT64_MAX)
        o->expected_output = (o->text_bytes + 3) / 4;
}

void sim_options_parse(struct options *o, int argc, char **argv) {
    struct option names[ROW_COUNT + 2] = {{"help", no_argument, NULL, HELP}};
    int c;

    *o = (struct options){.max_connections = 12000,
                          .max_body = 4u << 20,
                          .variables_allowed = "artist_name,artist_data",
                          .redirect_to = "/elsewhere",
                          .text_bytes = 300,
                          .expected_output = UINT64_MAX,
                          .settle = true,
                          .quota_after = UINT64_MAX,
                          .fault_attempts = UINT64_MAX,
                          .trickle_ms = 2000,
                          .seed = 1};
    for (size_t i = 0; i < ROW_COUNT; i++)
        names[i + 1] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL,
                                       FIRST_ROW + (int)i};
    while ((c = getopt_long(argc, argv, "h", names, NULL)) != -1) {
        if (c == HELP) {
            print_help();
            exit(fflush(stdout) ? 1 : 0);
        }
        if (c < FIRST_ROW)
            exit(2);
        apply(o, &rows[c - FIRST_ROW], optarg);
    }
    if (optind < argc)
        errx(2, "\"%s\" is no option; see simapi --help", argv[optind]);
    check(o);
}
