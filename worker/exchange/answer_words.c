#include "exchange/answer_words.h"

#include "exchange/json_memory.h"
#include "ration/utf8.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define PAGE_LOOKED_AT ((size_t)64 << 10) // bytes of a page

// Bytes of the character at `at`: 1 to 4. The text is valid UTF-8.
static size_t character(const char *at, size_t left) {
    unsigned char lead = (unsigned char)*at;
    size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return length < left ? length : left;
}

// Would break the line, steer a terminal, or turn the direction of what follows.
static bool unfit(const char *at, size_t length) {
    unsigned char first = (unsigned char)at[0];
    unsigned char second = length > 1 ? (unsigned char)at[1] : 0;
    unsigned char third = length > 2 ? (unsigned char)at[2] : 0;
    if (first <= ' ' || first == 0x7f || (first == 0xc2 && second < 0xa1)) {
        return true;
    }
    bool general = first == 0xe2 && second == 0x80 &&
                   (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae));
    bool isolate = first == 0xe2 && second == 0x81 && third >= 0xa6 && third <= 0xa9;
    return general || isolate;
}

void answer_words_add(struct answer_words *words, const char *bytes, size_t length) {
    bool blank = false;
    for (size_t i = 0; i < length;) {
        size_t step = character(bytes + i, length - i);
        if (unfit(bytes + i, step)) {
            blank = true;
            i += step;
            continue;
        }
        if (words->length + step + blank > ANSWER_WORDS_MOST) {
            return;
        }
        if (blank && words->length > 0 && words->bytes[words->length - 1] != ' ') {
            words->bytes[words->length++] = ' ';
        }
        memcpy(words->bytes + words->length, bytes + i, step);
        words->length += step;
        blank = false;
        i += step;
    }
    if (blank && words->length > 0 && words->length < ANSWER_WORDS_MOST &&
        words->bytes[words->length - 1] != ' ') {
        words->bytes[words->length++] = ' ';
    }
}

void answer_words_add_string(struct answer_words *words, const char *string) {
    answer_words_add(words, string, strlen(string));
}

const char *answer_words_keep(const struct answer_words *words) {
    size_t length = words->length;
    while (length > 0 && words->bytes[length - 1] == ' ') {
        length--;
    }
    char *kept = length > 0 ? json_memory_room(length + 1) : NULL;
    if (kept != NULL) {
        memcpy(kept, words->bytes, length);
        kept[length] = '\0';
    }
    return kept;
}

// ---- a page ----

// The first place of `tag` ("<title") from `from` on; NULL: there is none.
static const char *find_tag(const char *from, const char *end, const char *tag) {
    size_t length = strlen(tag);
    for (const char *at = from; (size_t)(end - at) >= length; at++) {
        at = memchr(at, '<', (size_t)(end - at));
        if (at == NULL || (size_t)(end - at) < length) {
            return NULL;
        }
        if (strncasecmp(at, tag, length) == 0) {
            return at;
        }
    }
    return NULL;
}

static const char *behind(const char *at, const char *end, char byte) {
    const char *found = memchr(at, byte, (size_t)(end - at));
    return found != NULL ? found + 1 : end;
}

// `at` is at a '<'. Behind the tag; of a script, a style or a title, behind its end.
static const char *behind_tag(const char *at, const char *end) {
    static const char *const element[][2] = {
        {"<script", "</script"}, {"<style", "</style"}, {"<title", "</title"}, {"<!--", "-->"}};
    for (size_t i = 0; i < sizeof(element) / sizeof(element[0]); i++) {
        size_t length = strlen(element[i][0]);
        if ((size_t)(end - at) >= length && strncasecmp(at, element[i][0], length) == 0) {
            const char *close = element[i][1][0] == '<'
                                    ? find_tag(at + 1, end, element[i][1])
                                    : memmem(at, (size_t)(end - at), element[i][1], strlen(element[i][1]));
            return close != NULL ? behind(close, end, '>') : end;
        }
    }
    return behind(at, end, '>');
}

// The commonest entities: how long the one at `at` is, and what it stands for; 0: none of them.
static size_t entity(const char *at, const char *end, const char **stands_for) {
    static const struct {
        const char *name, *stands_for;
    } known[] = {{"&amp;", "&"},   {"&lt;", "<"},  {"&gt;", ">"},
                 {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        size_t length = strlen(known[i].name);
        if ((size_t)(end - at) >= length && memcmp(at, known[i].name, length) == 0) {
            *stands_for = known[i].stands_for;
            return length;
        }
    }
    return 0;
}

// What stands between tags from `at` to `end`.
static void add_page_text(struct answer_words *words, const char *at, const char *end) {
    while (at < end && words->length < ANSWER_WORDS_MOST) {
        const char *stands_for;
        size_t length;
        const char *from = at;
        if (*at == '<') {
            at = behind_tag(at, end);
            answer_words_add(words, " ", 1);
        } else if (*at == '&' && (length = entity(at, end, &stands_for)) > 0) {
            at += length;
            answer_words_add_string(words, stands_for);
        } else {
            while (++at < end && *at != '<' && *at != '&') {}
            answer_words_add(words, from, (size_t)(at - from));
        }
    }
}

static bool is_page(const char *body, const char *end) {
    while (body < end && (*body == ' ' || *body == '\t' || *body == '\r' || *body == '\n')) {
        body++;
    }
    return body < end && *body == '<';
}

void answer_words_page(struct answer_words *words, const char *body, size_t length) {
    size_t looked_at = length < PAGE_LOOKED_AT ? length : utf8_span(body, PAGE_LOOKED_AT);
    const char *end = body + looked_at;
    if (is_page(body, end)) {
        const char *title = find_tag(body, end, "<title");
        if (title != NULL) {
            const char *from = behind(title, end, '>');
            const char *close = find_tag(from, end, "</title");
            add_page_text(words, from, close != NULL ? close : end);
        }
        size_t titled = words->length;
        answer_words_add(words, ": ", titled > 0 ? 2 : 0);
        size_t before = words->length;
        add_page_text(words, body, end);
        words->length = words->length > before ? words->length : titled;
    } else {
        answer_words_add(words, body, looked_at);
    }
}
