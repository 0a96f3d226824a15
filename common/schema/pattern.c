// The only file that uses PCRE2. Its limits bound one starting place each, so the steps of a whole search are
// counted by callouts, which PCRE2 makes before each item of the pattern.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "ration/pattern.h"

#include "schema/pattern_text.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAP_MOST (16U << 10) // KiB for what it must remember on its way
#define CHARACTERS_A_STEP 32U // passed over at once

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

// Of one search.
struct search {
    uint64_t left;
    size_t at;
};

static int count_step(pcre2_callout_block *block, void *data) {
    struct search *search = data;
    size_t way = block->current_position > search->at ? block->current_position - search->at
                                                      : search->at - block->current_position;
    uint64_t cost = 1 + way / CHARACTERS_A_STEP;
    search->at = block->current_position;
    if (search->left < cost) {
        search->left = 0;
        return PCRE2_ERROR_CALLOUT;
    }
    search->left -= cost;
    return 0;
}

static pcre2_code *compile(const struct pattern_text *text, char words[PATTERN_WORDS]) {
    int error;
    PCRE2_SIZE at;
    unsigned char message[128];
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALLOW_EMPTY_CLASS |
                       PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY | PCRE2_AUTO_CALLOUT |
                       (text->refers_back ? 0 : PCRE2_NO_AUTO_CAPTURE);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)(text->text.bytes != NULL ? text->text.bytes : ""),
                                     text->text.length, options, &error, &at, NULL);
    if (code == NULL) {
        (void)pcre2_get_error_message(error, message, sizeof(message));
        (void)snprintf(words, PATTERN_WORDS, "the pattern is not understood: %s", (const char *)message);
    }
    return code;
}

struct pattern *pattern_new(const char *text, size_t length, char words[PATTERN_WORDS]) {
    struct pattern_text translated;
    struct pattern *pattern = calloc(1, sizeof(*pattern));
    (void)snprintf(words, PATTERN_WORDS, "there is no memory for the pattern");
    if (pattern == NULL) {
        return NULL;
    }
    if (pattern_text_make(&translated, text, length, words)) {
        pattern->code = compile(&translated, words);
    }
    pattern_text_free(&translated);
    if (pattern->code != NULL) {
        pattern->data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
        pattern->context = pcre2_match_context_create(NULL);
    }
    if (pattern->data == NULL || pattern->context == NULL) {
        pattern_free(pattern);
        return NULL;
    }
    (void)pcre2_set_heap_limit(pattern->context, HEAP_MOST);
    return pattern;
}

void pattern_free(struct pattern *pattern) {
    if (pattern != NULL) {
        pcre2_match_context_free(pattern->context);
        pcre2_match_data_free(pattern->data);
        pcre2_code_free(pattern->code);
        free(pattern);
    }
}

enum pattern_verdict pattern_try(const struct pattern *pattern, const char *text, size_t length,
                                 uint64_t *steps) {
    struct search search = {.left = *steps};
    uint64_t most = *steps < UINT32_MAX ? *steps : UINT32_MAX;
    (void)pcre2_set_callout(pattern->context, count_step, &search);
    (void)pcre2_set_match_limit(pattern->context, (uint32_t)most);
    int result = pcre2_match(pattern->code, (PCRE2_SPTR)(text != NULL ? text : ""), length, 0, 0,
                             pattern->data, pattern->context);
    *steps = search.left;
    switch (result) {
    case PCRE2_ERROR_NOMATCH:
    case PCRE2_ERROR_BADUTFOFFSET:
        return PATTERN_DIFFERS;
    case PCRE2_ERROR_NOMEMORY:
        return PATTERN_STARVED;
    default:
        return result >= 0 ? PATTERN_MATCHES
                           : PATTERN_COSTLY; // limits; what else there is, is no match either
    }
}
