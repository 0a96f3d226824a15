// The fuzz targets: each reads bytes as one part of ration reads what comes from outside, and checks what
// that part promises. Built twice: with libFuzzer (make fuzz), and with any compiler as `replay`, which runs
// them over the corpus. A target never changes the world outside of its own temporary files.
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FUZZ_TARGETS(X) \
    X(csv)              \
    X(jsonl)            \
    X(headers)          \
    X(retry_after)      \
    X(answer)           \
    X(options)          \
    X(options_file)     \
    X(prompt)           \
    X(resume)           \
    X(settings)         \
    X(base_url)         \
    X(sessions)         \
    X(providers)        \
    X(prices)           \
    X(limit_headers)    \
    X(input_kind)       \
    X(scrub)            \
    X(form)             \
    X(rows)             \
    X(unpack)           \
    X(schema)           \
    X(result_walk)

#define FUZZ_DECLARE(name) int fuzz_##name(const uint8_t *data, size_t size);
FUZZ_TARGETS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

// A broken promise ends the process.
#define FUZZ_CHECK(condition)                                                             \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                      \
        }                                                                                 \
    } while (0)

#endif
