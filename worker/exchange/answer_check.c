#include "exchange/answer_check.h"

#include "ration/ascii.h"
#include "ration/own_code.h"
#include "ration/pattern.h"
#include "ration/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FENCE "```"
#define FENCE_LENGTH (sizeof(FENCE) - 1)
#define PATTERN_STEPS SCHEMA_STEPS
#define PATTERN_SHOWN 200 // bytes of it

int answer_check_open(struct answer_check *check, const struct settings *settings) {
    struct schema_told wrong;
    char words[PATTERN_WORDS];
    *check = (struct answer_check){.min_chars = settings->min_chars, .pattern_text = settings->must_match};
    if (settings->schema != NULL) {
        check->schema = schema_new(settings->schema, strlen(settings->schema), NULL, NULL, &wrong);
    }
    if (settings->must_match != NULL) {
        check->must_match = pattern_new(settings->must_match, strlen(settings->must_match), words);
    }
    bool whole = (settings->schema == NULL) == (check->schema == NULL) &&
                 (settings->must_match == NULL) == (check->must_match == NULL);
    return whole ? 0 : -1;
}

void answer_check_close(struct answer_check *check) {
    schema_free(check->schema);
    pattern_free(check->must_match);
    *check = (struct answer_check){0};
}

// ---- JSON ----

static struct answer_part trimmed(const char *text, size_t length) {
    while (length > 0 && ascii_white(text[0])) {
        text++;
        length--;
    }
    while (length > 0 && ascii_white(text[length - 1])) {
        length--;
    }
    return (struct answer_part){text, length};
}

struct answer_part answer_check_json(const char *text, size_t length) {
    struct answer_part all = trimmed(text, length);
    if (all.length < 2 * FENCE_LENGTH || memcmp(all.bytes, FENCE, FENCE_LENGTH) != 0 ||
        memcmp(all.bytes + all.length - FENCE_LENGTH, FENCE, FENCE_LENGTH) != 0) {
        return all;
    }
    const char *line = memchr(all.bytes, '\n', all.length); // behind the name of the language
    if (line == NULL) {
        return all;
    }
    size_t before = (size_t)(line - all.bytes);
    return trimmed(line, all.length - before - FENCE_LENGTH);
}

static void check_schema(const struct answer_check *check, struct answer *answer,
                         struct answer_fault *fault) {
    struct schema_report report;
    struct answer_part part = answer_check_json(answer->text, answer->text_length);
    enum schema_verdict verdict = schema_check(check->schema, part.bytes, part.length, &report);
    fault->starved = verdict == SCHEMA_STARVED;
    if (verdict != SCHEMA_NO_JSON && verdict != SCHEMA_STARVED) {
        answer->json = part.bytes;
        answer->json_length = part.length;
    }
    if (verdict == SCHEMA_VALID || verdict == SCHEMA_STARVED) {
        return;
    }
    fault->code = verdict == SCHEMA_NO_JSON  ? own_code_name(OWN_CODE_NO_JSON)
                  : verdict == SCHEMA_COSTLY ? own_code_name(OWN_CODE_TOO_COSTLY)
                                             : own_code_name(OWN_CODE_SCHEMA);
    (void)snprintf(fault->words, sizeof(fault->words), "%s%s %s",
                   report.path[0] != '\0' ? "the value at " : "the answer", report.path, report.words);
}

// ---- plain texts ----

static void check_length(uint64_t least, const struct answer *answer, struct answer_fault *fault) {
    struct answer_part part = trimmed(answer->text, answer->text_length);
    uint64_t characters = utf8_count(part.bytes, part.length);
    if (characters < least) {
        fault->code = own_code_name(OWN_CODE_TOO_SHORT);
        (void)snprintf(fault->words, sizeof(fault->words),
                       "the answer must have at least %" PRIu64 " characters, and has %" PRIu64, least,
                       characters);
    }
}

static void check_pattern(const struct answer_check *check, const struct answer *answer,
                          struct answer_fault *fault) {
    uint64_t steps = PATTERN_STEPS;
    const char *words = NULL;
    switch (pattern_try(check->must_match, answer->text, answer->text_length, &steps)) {
    case PATTERN_MATCHES:
        return;
    case PATTERN_STARVED:
        fault->starved = true;
        return;
    case PATTERN_DIFFERS:
        fault->code = own_code_name(OWN_CODE_NO_MATCH);
        words = "the answer must match the pattern";
        break;
    case PATTERN_COSTLY:
    default:
        fault->code = own_code_name(OWN_CODE_TOO_COSTLY);
        words = "the answer takes too many steps to match with the pattern";
        break;
    }
    (void)snprintf(fault->words, sizeof(fault->words), "%s %.*s", words, PATTERN_SHOWN, check->pattern_text);
    fault->words[utf8_whole(fault->words, strlen(fault->words))] = '\0';
}

void answer_check_run(const struct answer_check *check, struct answer *answer, struct answer_fault *fault) {
    fault->code = NULL;
    fault->starved = false;
    if (check->schema != NULL) {
        check_schema(check, answer, fault);
        return;
    }
    if (check->min_chars > 0) {
        check_length(check->min_chars, answer, fault);
    }
    if (fault->code == NULL && check->must_match != NULL) {
        check_pattern(check, answer, fault);
    }
}
