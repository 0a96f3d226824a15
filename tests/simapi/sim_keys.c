#include "sim_keys.h"

#include "sim_chance.h"
#include "sim_keys_line.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct key *find(const struct keys *k, const char *text) {
    for (size_t i = 0; text && i < k->count; i++)
        if (!strcmp(k->key[i].text, text))
            return &k->key[i];
    return NULL;
}

static void add(struct keys *k, const char *text, uint64_t line, const char *path) {
    struct key *grown = reallocarray(k->key, k->count + 1, sizeof(*grown));

    if (!grown)
        errx(1, "fatal: no memory for the keys of %s", path);
    k->key = grown;
    grown[k->count] = (struct key){.text = strdup(text), .line = line, .limits = k->limits};
    if (!grown[k->count++].text)
        errx(1, "fatal: no memory for the keys of %s", path);
}

/* The message tells the line, never the key. */
static void read_line(struct keys *k, char *line, uint64_t number, const char *path) {
    struct limits limits = k->limits;
    const char *wrong = NULL;

    line += strspn(line, " \t\r\n");
    if (!*line || *line == '#')
        return;
    if (k->apart)
        wrong = sim_keys_line_read(line, &limits);
    line[strcspn(line, " \t\r\n")] = 0;
    if (!wrong && k->apart && find(k, line))
        wrong = "a key that an earlier line has";
    if (wrong)
        errx(2, "%s:%" PRIu64 ": %s", path, number, wrong);
    add(k, line, number, path);
    k->key[k->count - 1].limits = limits;
}

void sim_keys_load(struct keys *k, const char *key_file, const char *keys_file, const struct limits *limits) {
    const char *path = keys_file ? keys_file : key_file;
    FILE *f;
    char *line = NULL;
    size_t cap = 0;

    *k = (struct keys){.any = !path, .apart = keys_file, .limits = *limits};
    if (!path)
        return;
    f = fopen(path, "re");
    if (!f)
        err(1, "fatal: cannot open the key file %s", path);
    for (uint64_t number = 1; getline(&line, &cap, f) >= 0; number++)
        read_line(k, line, number, path);
    if (ferror(f))
        err(1, "fatal: cannot read the key file %s", path);
    if (!k->count)
        errx(1, "fatal: no key in %s", path);
    free(line);
    fclose(f);
}

void sim_keys_begin(struct keys *k, const struct account_rules *rules, uint64_t zero_ns) {
    sim_account_init(&k->shared, rules, &k->limits, 0, zero_ns);
    for (size_t i = 0; k->apart && i < k->count; i++)
        sim_account_init(&k->key[i].account, rules, &k->key[i].limits, k->key[i].line, zero_ns);
}

struct account *sim_keys_account(struct keys *k, const char *key) {
    struct key *found = find(k, key);

    if (k->any || (found && !k->apart))
        return &k->shared;
    return found ? &found->account : NULL;
}

void sim_keys_print(const struct keys *k) {
    for (size_t i = 0; k->apart && i < k->count; i++)
        printf("simapi: key of line %" PRIu64 ": %08" PRIx32 "\n", k->key[i].line,
               sim_keys_hash(k->key[i].text));
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
        free(k->key[i].text);
    free(k->key);
    *k = (struct keys){0};
}
