#include "view/tokens_told.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

struct part {
    const char *what;
    uint64_t tokens;
};

static void add(char out[TOKENS_TOLD_SIZE], const struct part *whole, const struct part *part, size_t parts) {
    char one[96];
    const char *before = " (";
    (void)snprintf(one, sizeof(one), "%" PRIu64 " %s", whole->tokens, whole->what);
    (void)strlcat(out, one, TOKENS_TOLD_SIZE);
    for (size_t i = 0; i < parts; i++) {
        if (part[i].tokens > 0) {
            (void)snprintf(one, sizeof(one), "%s%" PRIu64 " %s", before, part[i].tokens, part[i].what);
            (void)strlcat(out, one, TOKENS_TOLD_SIZE);
            before = ", ";
        }
    }
    (void)strlcat(out, before[0] == ',' ? ")" : "", TOKENS_TOLD_SIZE);
}

void tokens_told(const struct tokens *tokens, char out[TOKENS_TOLD_SIZE]) {
    const struct part of_input[] = {{"cached", tokens->cached},
                                    {"written to a cache", tokens->written},
                                    {"written for an hour", tokens->written_hour}};
    const struct part of_output[] = {{"thought", tokens->reasoning}};
    out[0] = '\0';
    add(out, &(struct part){"input", tokens->input}, of_input, 3);
    (void)strlcat(out, ", ", TOKENS_TOLD_SIZE);
    add(out, &(struct part){"output", tokens->output}, of_output, 1);
}
