#include "prices/prices_built_in.h"

#include <stdint.h>

// The path is seen from the top of the repository, where make runs.
__asm__(".pushsection .rodata\n"
        ".globl prices_built_in_text, prices_built_in_end\n"
        "prices_built_in_text:\n"
        ".incbin \"coordinator/prices/prices.json\"\n"
        "prices_built_in_end:\n"
        ".byte 0\n"
        ".popsection\n");
#define PART extern const char __attribute__((visibility("hidden")))
PART prices_built_in_text[];
PART prices_built_in_end[];

const char *prices_built_in(size_t *length) {
    *length = (size_t)((uintptr_t)prices_built_in_end - (uintptr_t)prices_built_in_text);
    return prices_built_in_text;
}
