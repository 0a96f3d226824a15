#include "limits/limit_dialects.h"

#include "ration/clock.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FULL LIMIT_RESET_FULL
#define ENDS LIMIT_RESET_ENDS
#define BY_FORM LIMIT_RESET_UNKNOWN
#define ANY LIMIT_DIALECT_ANY
#define GROQ LIMIT_DIALECT_GROQ
#define THOUSANDS 1000

static const struct limit_row rows[] = {
    // IETF drafts 00 to 06; then the same as GitHub, OpenRouter and others have it, mostly with a moment as
    // reset
    [LIMIT_ROW_TRIPLE] = {"ratelimit-*", ANY, LIMIT_REQUESTS, 0, false, ENDS, 1},
    {"x-ratelimit-*", ANY, LIMIT_REQUESTS, 0, false, BY_FORM, 1},
    {"x-rate-limit-*", ANY, LIMIT_REQUESTS, 0, false, BY_FORM, 1},
    {"x-ratelimit-*-after", ANY, LIMIT_REQUESTS, 0, false, ENDS, 1},
    // OpenAI and its compatibles, Azure, Groq, SambaNova
    {"x-ratelimit-*-requests", GROQ, LIMIT_REQUESTS, CLOCK_DAY, false, FULL, 1},
    {"x-ratelimit-*-tokens", GROQ, LIMIT_TOKENS, CLOCK_MINUTE, false, FULL, 1},
    {"x-ratelimit-*-requests", ANY, LIMIT_REQUESTS, 0, true, BY_FORM, 1},
    {"x-ratelimit-*-tokens", ANY, LIMIT_TOKENS, 0, true, BY_FORM, 1},
    {"x-ratelimit-*-tokens_usage_based", ANY, LIMIT_TOKENS, 0, true, BY_FORM, 1},
    {"x-ratelimit-*-project-tokens", ANY, LIMIT_PROJECT_TOKENS, 0, true, BY_FORM, 1},
    // Fireworks
    {"x-ratelimit-*-tokens-prompt", ANY, LIMIT_INPUT_TOKENS, 0, true, BY_FORM, 1},
    {"x-ratelimit-*-tokens-generated", ANY, LIMIT_OUTPUT_TOKENS, 0, true, BY_FORM, 1},
    // Mistral, its older names last
    {"x-ratelimit-*-req-minute", ANY, LIMIT_REQUESTS, CLOCK_MINUTE, false, ENDS, 1},
    {"x-ratelimit-*-tokens-minute", ANY, LIMIT_TOKENS, CLOCK_MINUTE, false, ENDS, 1},
    {"x-ratelimit-*-tokens-month", ANY, LIMIT_TOKENS, LIMIT_MONTH, false, ENDS, 1},
    {"ratelimitbysize-*", ANY, LIMIT_TOKENS, CLOCK_MINUTE, false, ENDS, 1},
    {"x-ratelimitbysize-*-minute", ANY, LIMIT_TOKENS, CLOCK_MINUTE, false, ENDS, 1},
    {"x-ratelimitbysize-*-month", ANY, LIMIT_TOKENS, LIMIT_MONTH, false, ENDS, 1},
    // Cerebras, SambaNova
    {"x-ratelimit-*-requests-minute", ANY, LIMIT_REQUESTS, CLOCK_MINUTE, false, ENDS, 1},
    {"x-ratelimit-*-requests-hour", ANY, LIMIT_REQUESTS, CLOCK_HOUR, false, ENDS, 1},
    {"x-ratelimit-*-requests-day", ANY, LIMIT_REQUESTS, CLOCK_DAY, false, ENDS, 1},
    {"x-ratelimit-*-tokens-hour", ANY, LIMIT_TOKENS, CLOCK_HOUR, false, ENDS, 1},
    {"x-ratelimit-*-tokens-day", ANY, LIMIT_TOKENS, CLOCK_DAY, false, ENDS, 1},
    // Anthropic
    {"anthropic-ratelimit-requests-*", ANY, LIMIT_REQUESTS, CLOCK_MINUTE, false, FULL, 1},
    {"anthropic-ratelimit-tokens-*", ANY, LIMIT_TOKENS, CLOCK_MINUTE, false, FULL, THOUSANDS},
    {"anthropic-ratelimit-input-tokens-*", ANY, LIMIT_INPUT_TOKENS, CLOCK_MINUTE, false, FULL, THOUSANDS},
    {"anthropic-ratelimit-output-tokens-*", ANY, LIMIT_OUTPUT_TOKENS, CLOCK_MINUTE, false, FULL, THOUSANDS},
    {"anthropic-ratelimit-unified-*", ANY, LIMIT_REQUESTS, 0, false, ENDS, 1},
    {"anthropic-priority-input-tokens-*", ANY, LIMIT_PRIORITY_INPUT_TOKENS, CLOCK_MINUTE, false, FULL, 1},
    {"anthropic-priority-output-tokens-*", ANY, LIMIT_PRIORITY_OUTPUT_TOKENS, CLOCK_MINUTE, false, FULL, 1},
    {"anthropic-ratelimit-priority-input-tokens-*", ANY, LIMIT_PRIORITY_INPUT_TOKENS, CLOCK_MINUTE, false,
     FULL, 1},
    {"anthropic-ratelimit-priority-output-tokens-*", ANY, LIMIT_PRIORITY_OUTPUT_TOKENS, CLOCK_MINUTE, false,
     FULL, 1},
};

static const struct {
    const char *name;
    bool zero_is_unknown;
    bool units_mean_full;
} dialects[LIMIT_DIALECTS] = {
    [LIMIT_DIALECT_ANY] = {"", false, false},
    [LIMIT_DIALECT_OPENAI] = {"openai", false, true},
    [LIMIT_DIALECT_AZURE] = {"azure", true, false},
    [LIMIT_DIALECT_GROQ] = {"groq", false, true},
    [LIMIT_DIALECT_MISTRAL] = {"mistral", false, false},
    [LIMIT_DIALECT_ANTHROPIC] = {"anthropic", false, false},
};

static const char *const costs[] = {"x-ratelimit-tokens-query-cost", "ratelimitbysize-query-cost"};

static const char *const parts[LIMIT_PARTS] = {
    [LIMIT_PART_LIMIT] = "limit", [LIMIT_PART_REMAINING] = "remaining", [LIMIT_PART_RESET] = "reset"};

static bool same(const char *name, size_t length, const char *other) {
    return strlen(other) == length && memcmp(name, other, length) == 0;
}

enum limit_dialect limit_dialects_named(const char *name) {
    for (size_t i = LIMIT_DIALECT_ANY + 1; i < LIMIT_DIALECTS; i++) {
        if (strcasecmp(name, dialects[i].name) == 0) {
            return (enum limit_dialect)i;
        }
    }
    return LIMIT_DIALECT_ANY;
}

bool limit_dialects_zero_is_unknown(enum limit_dialect dialect) {
    return dialects[dialect].zero_is_unknown;
}

bool limit_dialects_units_mean_full(enum limit_dialect dialect) {
    return dialects[dialect].units_mean_full;
}

// The word that the name has in the place of the pattern's star.
static bool match(const char *pattern, const char *name, size_t length, enum limit_part *part) {
    size_t head = (size_t)(strchr(pattern, '*') - pattern);
    size_t tail = strlen(pattern + head + 1);
    if (length <= head + tail || memcmp(name, pattern, head) != 0 ||
        memcmp(name + length - tail, pattern + head + 1, tail) != 0) {
        return false;
    }
    for (size_t i = 0; i < LIMIT_PARTS; i++) {
        if (same(name + head, length - head - tail, parts[i])) {
            *part = (enum limit_part)i;
            return true;
        }
    }
    return false;
}

static int search(enum limit_dialect dialect, const char *name, size_t length, enum limit_part *part) {
    for (size_t i = 0; length > 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].pattern[0] == name[0] && (rows[i].dialect == ANY || rows[i].dialect == dialect) &&
            match(rows[i].pattern, name, length, part)) {
            return (int)i;
        }
    }
    return LIMIT_ROW_NONE;
}

// A server sends the same names with each answer. What was found of one is kept where its length and some
// letters lead to; another one takes the place.
#define PLACES 64U
#define KEPT_MOST 56U

int limit_dialects_match(enum limit_dialect dialect, const char *name, size_t length, enum limit_part *part) {
    static struct {
        char name[KEPT_MOST];
        size_t length;
        enum limit_dialect dialect;
        enum limit_part part;
        int row;
    } kept[PLACES];
    if (length < 4 || length > KEPT_MOST) {
        return search(dialect, name, length, part);
    }
    // Limit and reset have as many letters; they stand in the middle or at the end.
    size_t place = (length * 11 + (size_t)(unsigned char)name[length / 2] * 3U +
                    (size_t)(unsigned char)name[length - 3] * 5U + (size_t)(unsigned char)name[length - 1]) %
                   PLACES;
    if (kept[place].dialect != dialect || kept[place].length != length ||
        memcmp(kept[place].name, name, length) != 0) {
        memcpy(kept[place].name, name, length);
        kept[place].length = length;
        kept[place].dialect = dialect;
        kept[place].part = LIMIT_PARTS;
        kept[place].row = search(dialect, name, length, &kept[place].part);
    }
    if (kept[place].row != LIMIT_ROW_NONE) {
        *part = kept[place].part;
    }
    return kept[place].row;
}

const struct limit_row *limit_dialects_row(int row) {
    return &rows[row];
}

const char *limit_dialects_name(int row, int part, char out[LIMIT_DIALECTS_NAME]) {
    if (row < 0 || (size_t)row >= sizeof(rows) / sizeof(rows[0]) || part < 0 || part >= LIMIT_PARTS) {
        return part == LIMIT_PART_LIMIT ? "RateLimit-Policy" : "RateLimit";
    }
    const char *pattern = rows[row].pattern;
    int head = (int)strcspn(pattern, "*");
    (void)snprintf(out, LIMIT_DIALECTS_NAME, "%.*s%s%s", head, pattern, parts[part], pattern + head + 1);
    return out;
}

bool limit_dialects_is_cost(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
        if (same(name, length, costs[i])) {
            return true;
        }
    }
    return false;
}
