/* The API keys that are accepted. */
#ifndef SIMAPI_KEYS_H
#define SIMAPI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keys {
    char **key;
    size_t count;
    bool any; /* no file was given: every request is welcome, with or without a key */
};

/* One key a line, blank lines ignored. path NULL: any. Ends the program if the file cannot be read or is
 * empty. */
void sim_keys_load(struct keys *k, const char *path);
/* key may be NULL. */
bool sim_keys_accept(const struct keys *k, const char *key);
/* What stands for a key in the audit: never 0, except for NULL. */
uint32_t sim_keys_hash(const char *key);
/* The key inside an Authorization header's value; NULL when there is none. */
const char *sim_keys_of_bearer(const char *authorization);
void sim_keys_free(struct keys *k);

#endif
