/* The API keys that are accepted, and the account of each. */
#ifndef SIMAPI_KEYS_H
#define SIMAPI_KEYS_H

#include "sim_account.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key {
    char *text;
    uint64_t line; /* in its file, from 1 */
    struct limits limits;
    struct account account;
};

struct keys {
    struct key *key;
    size_t count;
    bool any;             /* no file was given: every request is welcome, with or without a key */
    bool apart;           /* each has an account of its own; otherwise all share one */
    struct limits limits; /* of the shared one */
    struct account shared;
};

/*
 * With neither file: any. key_file: one key a line. keys_file: lines "KEY requests_per_minute
 * tokens_per_minute burst [requests_per_day] [name N]...", the names as in sim_limits; what a line leaves
 * out is as in limits. Blank lines and those that begin with # are ignored. Ends the program if a file
 * cannot be read, is empty or wrong.
 */
void sim_keys_load(struct keys *k, const char *key_file, const char *keys_file, const struct limits *limits);
/* Fills all buckets: the time zero of every account. rules must stay. */
void sim_keys_begin(struct keys *k, const struct account_rules *rules, uint64_t zero_ns);
/* The account that a key spends from; NULL when the key is not accepted. key may be NULL. */
struct account *sim_keys_account(struct keys *k, const char *key);
/* Says which line's key is which in the audit, without telling keys. */
void sim_keys_print(const struct keys *k);
/* What stands for a key in the audit: never 0, except for NULL. */
uint32_t sim_keys_hash(const char *key);
/* The key inside an Authorization header's value; NULL when there is none. */
const char *sim_keys_of_bearer(const char *authorization);
void sim_keys_free(struct keys *k);

#endif
