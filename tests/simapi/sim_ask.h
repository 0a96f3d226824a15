/* What a request asks for, read from its body. Pure. */
#ifndef SIMAPI_ASK_H
#define SIMAPI_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

enum api { API_RESPONSES, API_CHAT, API_MESSAGES };

struct ask {
    const char *model;    /* a default when a stored prompt leaves it out */
    const char *subject;  /* artist_name, or else the first variable, or else the whole input text */
    const char *data;     /* artist_data; NULL when there is none */
    uint64_t input_chars; /* of all text sent */
    uint64_t max_output;  /* tokens; 0: not given */
    const char *tier;     /* service_tier; NULL: not given */
    struct cJSON *tree;   /* owns the strings above; NULL after a refusal without one */
    /* Of a refusal, the error's parts; code and param may be NULL. */
    char message[256];
    const char *param, *code;
};

/*
 * Reads a body. False: refused, status 400, the error's parts are set. variables_allowed: names with commas
 * between. Call sim_ask_free in either case.
 */
bool sim_ask_parse(struct ask *a, enum api api, const char *body, size_t len, const char *variables_allowed);
/* The same from what was parsed already, and is owned by *a from now on. */
bool sim_ask_read(struct ask *a, enum api api, struct cJSON *tree, const char *variables_allowed);
/* Of what is asked about: the subject and its data. The same for the same, whichever way it is asked. */
uint64_t sim_ask_hash(const struct ask *a);
/* Tokens of the input: a quarter of its characters, rounded up. */
uint64_t sim_ask_input_tokens(const struct ask *a);
void sim_ask_free(struct ask *a);

#endif
