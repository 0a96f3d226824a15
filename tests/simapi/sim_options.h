/* The command line. */
#ifndef SIMAPI_OPTIONS_H
#define SIMAPI_OPTIONS_H

#include "sim_account.h"
#include "sim_batch_options.h"
#include "sim_chance.h"
#include "sim_dialect.h"
#include "sim_hostile.h"
#include "sim_price.h"
#include "sim_tier.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
    uint64_t port;                                                 /* 0: any free one */
    const char *port_file, *audit, *key_file, *tls_cert, *tls_key; /* NULL: none */
    const char *lateness;                                          /* NULL: not wanted */
    const char *keys_file;                                         /* with limits; never beside key_file */
    uint64_t max_connections, max_body;
    const char *variables_allowed; /* names with commas between */
    const char *redirect_to;       /* of hostile redirect */
    uint64_t text_bytes, expected_output, reasoning_tokens;
    uint64_t cache_least, cache_life_ns; /* cache_least 0: no cache */
    struct limits limits;                /* of every account, where the keys file says nothing else */
    struct account_rules rules;
    struct prices prices;
    bool bill_lost;
    bool settle, time_from_start;
    enum charge_rule charge;
    enum dialect dialect;
    enum retry_after retry_after;
    enum should_retry should_retry;
    enum spend_cap spend_cap;
    double malformed_headers;                     /* share of the answers */
    uint64_t overload_from_ns, overload_until_ns; /* since time zero; a from of UINT64_MAX: never */
    uint64_t at_once, refused_wait_ns;            /* 0: any number; what the limit needs */
    bool refused_page;
    uint64_t latency_ms, hold_after;             /* hold_after 0: never */
    double lognormal_median_ms, lognormal_sigma; /* a median of 0: latency_ms counts */
    double fault_share[CHANCE_FAULT_COUNT];
    double flex_full; /* share of the requests of the tier flex */
    uint64_t flex_full_until_ns;
    enum tier_full flex_full_form;
    uint64_t fault_attempts, trickle_ms, seed;
    enum hostile hostile;
    struct batch_options batch;
    bool exit_with_parent;
};

/* Reads argv; strings stay argv's. Ends the program after --help (0) and on a mistake (2). */
void sim_options_parse(struct options *o, int argc, char **argv);

#endif
