/* Answers that no client should be harmed by. */
#ifndef SIMAPI_HOSTILE_H
#define SIMAPI_HOSTILE_H

#include "sim_text.h"

#include <stdbool.h>

/* id, name on the command line */
#define HOSTILE_MODES(X)                  \
    X(ENDLESS_HEADERS, "endless-headers") \
    X(CUT_HEADERS, "cut-headers")         \
    X(HUGE_BODY, "huge-body")             \
    X(GZIP_BOMB, "gzip-bomb")             \
    X(REDIRECT, "redirect")               \
    X(BAD_UTF8, "bad-utf8")               \
    X(NUL, "nul")                         \
    X(ESCAPED_NUL, "escaped-nul")         \
    X(SURROGATE, "surrogate")             \
    X(DEEP_JSON, "deep-json")             \
    X(HUGE_NUMBERS, "huge-numbers")
#define HOSTILE_LIST                                                                                         \
    "endless-headers cut-headers huge-body gzip-bomb redirect bad-utf8 nul escaped-nul surrogate deep-json " \
    "huge-numbers"

enum hostile {
    HOSTILE_NONE,
#define HOSTILE_ENUM(id, name) HOSTILE_##id,
    HOSTILE_MODES(HOSTILE_ENUM)
#undef HOSTILE_ENUM
};

bool sim_hostile_parse(enum hostile *mode, const char *name);
const char *sim_hostile_name(enum hostile mode);
/* Spoils a good body of /v1/responses or /v1/chat/completions; the modes that need no other body leave it. */
void sim_hostile_spoil(enum hostile mode, struct text *body);
/* Bytes from offset at of an endless body: spaces, or for GZIP_BOMB a gzip stream of zero bytes. */
void sim_hostile_endless(enum hostile mode, uint64_t at, char *out, size_t len);

#endif
