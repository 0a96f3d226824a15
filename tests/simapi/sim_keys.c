#include "sim_keys.h"

#include "sim_chance.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void add(struct keys *k, const char *line, const char *path) {
    char **grown = reallocarray(k->key, k->count + 1, sizeof(*grown));

    if (!grown)
        errx(1, "fatal: no memory for the keys of %s", path);
    k->key = grown;
    k->key[k->count] = strdup(line);
    if (!k->key[k->count])
        errx(1, "fatal: no memory for the keys of %s", path);
    k->count++;
}

void sim_keys_load(struct keys *k, const char *path) {
    FILE *f;
    char *line = NULL;
    size_t cap = 0;

    *k = (struct keys){.any = !path};
    if (!path)
        return;
    f = fopen(path, "re");
    if (!f)
        err(1, "fatal: cannot open the key file %s", path);
    while (getline(&line, &cap, f) >= 0) {
        line[strcspn(line, " \t\r\n")] = 0;
        if (*line)
            add(k, line, path);
    }
    if (ferror(f))
        err(1, "fatal: cannot read the key file %s", path);
    if (!k->count)
        errx(1, "fatal: no key in %s", path);
    free(line);
    fclose(f);
}

bool sim_keys_accept(const struct keys *k, const char *key) {
    if (k->any)
        return true;
    for (size_t i = 0; key && i < k->count; i++)
        if (!strcmp(k->key[i], key))
            return true;
    return false;
}

uint32_t sim_keys_hash(const char *key) {
    uint32_t hash;

    if (!key)
        return 0;
    hash = (uint32_t)(sim_chance_hash(key, strlen(key)) >> 32);
    return hash ? hash : 1;
}

const char *sim_keys_of_bearer(const char *authorization) {
    if (!authorization || strncasecmp(authorization, "Bearer ", 7) != 0)
        return NULL;
    authorization += 7;
    return *authorization ? authorization : NULL;
}

void sim_keys_free(struct keys *k) {
    for (size_t i = 0; i < k->count; i++)
        free(k->key[i]);
    free(k->key);
    *k = (struct keys){0};
}
