#include "schema/pattern_text.h"

#include "ration/utf8.h"
#include "schema/pattern_escape.h"

#include <stdio.h>
#include <string.h>

struct walk {
    const char *at, *end;
    struct pattern_out out;
    bool in_class;
    bool repeats; // what was read last is how often something stands there
};

static bool refuse(struct walk *walk, const char *words) {
    walk->out.words = words;
    return false;
}

// (?: (?= (?! (?<= (?<! (?<name> and nothing else.
static bool take_group(struct walk *walk) {
    static const char *const known[] = {"(?:", "(?=", "(?!", "(?<=", "(?<!"};
    size_t left = (size_t)(walk->end - walk->at);
    if (left >= 2 && walk->at[1] == '*') {
        return refuse(walk, "nothing stands before a * that could be repeated");
    }
    if (left < 2 || walk->at[1] != '?') {
        text_add(&walk->out.text, walk->at++, 1);
        return true;
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        size_t length = strlen(known[i]);
        if (left >= length && memcmp(walk->at, known[i], length) == 0) {
            text_add(&walk->out.text, known[i], length);
            walk->at += length;
            return true;
        }
    }
    if (left < 4 || walk->at[2] != '<' || walk->at[3] == '>') {
        return refuse(walk, "ECMAScript has no group that begins so");
    }
    text_add(&walk->out.text, walk->at, 3);
    walk->at += 3;
    return true;
}

static bool take_class(struct walk *walk) {
    bool negative = walk->end - walk->at >= 2 && walk->at[1] == '^';
    walk->in_class = true;
    text_add(&walk->out.text, "[^", negative ? 2 : 1);
    walk->at += negative ? 2 : 1;
    return true;
}

// {2} {2,} {2,3}; 0: a brace that means itself.
static size_t braces(const struct walk *walk) {
    const char *at = walk->at + 1;
    size_t digits = strspn(at, "0123456789"); // the pattern is terminated
    at += digits;
    if (*at == ',') {
        at++;
        at += strspn(at, "0123456789");
    }
    return digits > 0 && *at == '}' ? (size_t)(at - walk->at) + 1 : 0;
}

// How often: then nothing but a ? may follow that belongs to it.
static bool take_repeat(struct walk *walk, size_t length) {
    if (walk->repeats) {
        return refuse(walk, "a quantifier follows a quantifier");
    }
    text_add(&walk->out.text, walk->at, length);
    walk->at += length;
    if (walk->at < walk->end && *walk->at == '?') {
        text_add(&walk->out.text, walk->at++, 1);
    }
    walk->repeats = true;
    return true;
}

static bool take_outside(struct walk *walk) {
    size_t length = *walk->at == '{' ? braces(walk) : strchr("*+?", *walk->at) != NULL ? 1 : 0;
    if (length > 0) {
        return take_repeat(walk, length);
    }
    walk->repeats = false;
    switch (*walk->at) {
    case '(':
        return take_group(walk);
    case '[':
        return take_class(walk);
    case '.':
        text_add_string(&walk->out.text, "[^\\n\\r\\x{2028}\\x{2029}]");
        walk->at++;
        return true;
    case '{':
    case '}':
    case ']':
        text_add(&walk->out.text, "\\", 1);
        break;
    default:
        break;
    }
    text_add(&walk->out.text, walk->at++, 1);
    return true;
}

static bool take_inside(struct walk *walk) {
    if (*walk->at == ']') {
        walk->in_class = false;
        walk->repeats = false;
    } else if (*walk->at == '[') { // begins a name like [:alpha:] for PCRE2
        text_add(&walk->out.text, "\\", 1);
    }
    text_add(&walk->out.text, walk->at++, 1);
    return true;
}

static bool take_next(struct walk *walk) {
    if (*walk->at == '\\') {
        walk->repeats = false;
        return pattern_escape_take(&walk->out, &walk->at, walk->end, walk->in_class);
    }
    return walk->in_class ? take_inside(walk) : take_outside(walk);
}

bool pattern_text_make(struct pattern_text *text, const char *pattern, size_t length,
                       char words[PATTERN_WORDS]) {
    char copy[PATTERN_MOST + 1];
    *text = (struct pattern_text){0};
    if (length > PATTERN_MOST) {
        (void)snprintf(words, PATTERN_WORDS, "the pattern is longer than %u bytes", PATTERN_MOST);
        return false;
    }
    if (utf8_span(pattern, length) != length) {
        (void)snprintf(words, PATTERN_WORDS, "the pattern is not UTF-8, or has a NUL");
        return false;
    }
    memcpy(copy, pattern, length);
    copy[length] = '\0';
    struct walk walk = {.at = copy, .end = copy + length};
    bool good = true;
    while (good && walk.at < walk.end) {
        good = take_next(&walk);
    }
    if (good && walk.in_class) {
        good = refuse(&walk, "a [ has no ]");
    }
    if (walk.out.words != NULL) {
        (void)snprintf(words, PATTERN_WORDS, "the pattern is not understood at its byte %zu: %s",
                       (size_t)(walk.at - copy) + 1, walk.out.words);
    }
    *text = (struct pattern_text){.text = walk.out.text, .refers_back = walk.out.refers_back};
    return good && !walk.out.text.failed;
}

void pattern_text_free(struct pattern_text *text) {
    text_free(&text->text);
}
