/*
 * Faults and latencies by lot. Pure: a draw depends on the seed, the artist and the attempt alone, so that
 * the same request meets the same fate in every run, whenever it arrives.
 */
#ifndef SIMAPI_CHANCE_H
#define SIMAPI_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* id, name on the command line and in the audit, what it does; drawn in this order */
#define CHANCE_FAULTS(X)                                                 \
    X(500, "500", "an error 500")                                        \
    X(503, "503", "an error 503")                                        \
    X(529, "529", "an error 529")                                        \
    X(DROP, "drop", "the connection closed with no answer")              \
    X(CUT, "cut", "a body shorter than its Content-Length, then closed") \
    X(UNPARSABLE, "unparsable", "a 200 whose body is no JSON")           \
    X(EMPTY, "empty", "a 200, valid, whose text is empty")               \
    X(TRICKLE, "trickle", "a body sent a few bytes at a time")           \
    X(TRUNCATED, "truncated", "an answer ended by the token limit")      \
    X(PAID, "paid", "an error 500 that tells the tokens it took; they are billed")

enum fault {
#define CHANCE_ENUM(id, name, help) FAULT_##id,
    CHANCE_FAULTS(CHANCE_ENUM)
#undef CHANCE_ENUM
        FAULT_NONE
};
#define CHANCE_FAULT_COUNT ((size_t)FAULT_NONE)

enum chance_use {
    CHANCE_OF_FAULT,
    CHANCE_OF_LATENCY,
    CHANCE_OF_LATENCY_TOO,
    CHANCE_OF_SHAPE,
    CHANCE_OF_HEADERS,
    CHANCE_OF_GARBAGE,
    CHANCE_OF_ROOM,
    CHANCE_OF_BATCH = 64 /* and one for each fault of sim_batch_fault.h */
};

/* "-" for FAULT_NONE. */
const char *sim_chance_fault_name(enum fault f);
/* The fate of an attempt: the same number for the same three. */
uint64_t sim_chance_key(uint64_t seed, const char *artist_id, size_t len, uint64_t attempt);
/* A number in [0, 1), independent for each use. */
double sim_chance_draw(uint64_t key, enum chance_use use);
/* shares: one for each fault, each 0 to 1, together at most 1. */
enum fault sim_chance_fault(uint64_t key, const double shares[CHANCE_FAULT_COUNT]);
/* Nanoseconds, log-normal with this median, never above an hour. */
uint64_t sim_chance_lognormal_ns(uint64_t key, double median_ms, double sigma);
/* FNV-1a, mixed: for names, not for secrets. */
uint64_t sim_chance_hash(const void *bytes, size_t len);

#endif
