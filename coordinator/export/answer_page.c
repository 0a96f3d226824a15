#include "export/answer_page.h"

#include "export/read_now.h"
#include "export/result_usual.h"
#include "ration/text.h"
#include "ration/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
    const struct answer_page_asked *asked;
    struct result_walk_room room;
    struct result_usual usual;
    struct text out;
    size_t lines;
    uint64_t skipped;
};

static bool given(const char *text) {
    return text != NULL && text[0] != '\0';
}

// The member is that text.
static bool is(struct page *page, const struct json_piece *object, const char *name, const char *wanted) {
    struct json_piece value;
    size_t length;
    if (!json_scan_find(object, name, &value) || value.text[0] != '"') {
        return false;
    }
    const char *text = result_walk_text(&value, &page->room, &length);
    return text != NULL && strlen(wanted) == length && memcmp(text, wanted, length) == 0;
}

static bool wanted(struct page *page, const struct result_walk *walk) {
    const struct answer_page_asked *asked = page->asked;
    size_t length;
    if (given(asked->id)) {
        const char *id = result_walk_text(&walk->id, &page->room, &length);
        size_t beginning = strlen(asked->id);
        if (id == NULL || length < beginning || memcmp(id, asked->id, beginning) != 0) {
            return false;
        }
    }
    return (!given(asked->class) || is(page, &walk->object, "class", asked->class)) &&
           (!given(asked->finish) || is(page, &walk->object, "finish_reason", asked->finish));
}

// JSON that is shown by a terminal as well: what steers one is escaped; between values it is a blank.
static void add_harmless(struct text *out, const char *text, size_t length) {
    size_t step;
    uint32_t character;
    for (size_t i = 0; i < length; i += step) {
        enum utf8_kind kind = utf8_look(text + i, length - i, &step, &character);
        char escape[8];
        if (kind == UTF8_PLAIN) {
            text_add(out, text + i, step);
        } else if (kind == UTF8_BROKEN || character < ' ') {
            text_add(out, kind == UTF8_BROKEN ? "?" : " ", 1);
        } else {
            (void)snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)character & 0xffffU);
            text_add_string(out, escape);
        }
    }
}

// True: not all of it.
static bool add_value(struct page *page, const struct json_piece *value) {
    struct text json = {0};
    size_t length;
    bool cut = false;
    if (value->text[0] != '"') {
        cut = !page->asked->whole && value->length > (size_t)ANSWER_PAGE_TEXT * 4;
        add_harmless(&page->out, cut ? "null" : value->text, cut ? 4 : value->length);
        return cut;
    }
    const char *text = result_walk_text(value, &page->room, &length);
    if (text == NULL) {
        page->out.failed = true;
        return false;
    }
    if (!page->asked->whole && length > ANSWER_PAGE_TEXT) {
        length = utf8_whole(text, ANSWER_PAGE_TEXT);
        cut = true;
    }
    text_add_json(&json, text, length);
    add_harmless(&page->out, json.bytes, json.length);
    page->out.failed = page->out.failed || json.failed;
    text_free(&json);
    return cut;
}

static void add_line(struct page *page, const struct result_walk *walk, uint64_t offset, uint64_t end) {
    struct json_piece key, value;
    bool cut = false;
    text_add_string(&page->out, page->lines > 0 ? ",{\"at\":" : "{\"at\":");
    text_add_u64(&page->out, offset);
    text_add_string(&page->out, ",\"end\":");
    text_add_u64(&page->out, end);
    text_add_string(&page->out, ",\"id\":");
    (void)add_value(page, &walk->id); // by itself: a reader of JSON may have other members first
    text_add_string(&page->out, ",\"members\":{");
    for (size_t at = 0, n = 0; json_scan_member(&walk->object, &at, &key, &value); n++) {
        text_add(&page->out, ",", n > 0);
        add_harmless(&page->out, key.text, key.length);
        text_add(&page->out, ":", 1);
        cut = add_value(page, &value) || cut;
    }
    text_add_string(&page->out, cut ? "},\"cut\":true}" : "},\"cut\":false}");
    page->lines++;
}

// The lines of text[begin, end), which ends where a line does, from the last on. Where the next call goes on.
static uint64_t add_lines(struct page *page, const char *text, size_t begin, size_t end, uint64_t offset) {
    while (end > begin && page->lines < page->asked->lines) {
        const char *newline = end - begin > 1 ? memrchr(text + begin, '\n', end - begin - 1) : NULL;
        size_t line = newline != NULL ? (size_t)(newline - text) + 1 : begin;
        struct result_walk walk;
        size_t length = end - line - (text[end - 1] == '\n');
        if (result_usual_begin(&page->usual, text + line, length, &walk) && wanted(page, &walk)) {
            add_line(page, &walk, offset + line, offset + end);
        }
        end = line;
    }
    return offset + end;
}

// Looks through the piece; *next is where the next call goes on.
static void look(struct page *page, const char *text, size_t length, uint64_t offset, uint64_t *next) {
    size_t end = length, begin = 0;
    if (text[length - 1] != '\n' && offset + length != page->asked->end) {
        // The end of a line that is longer than a piece; its end was in the one before.
        const char *newline = memrchr(text, '\n', length);
        end = newline != NULL ? (size_t)(newline - text) + 1 : 0;
    }
    if (offset > 0) {
        const char *newline = end > 1 ? memchr(text, '\n', end - 1) : NULL;
        begin = newline != NULL ? (size_t)(newline - text) + 1 : end;
        if (begin == end && end == length) { // nothing but the end of a line that is longer
            page->skipped++;
            begin = end = 0;
        }
    }
    *next = add_lines(page, text, begin, end, offset);
}

static void begin_json(struct page *page) {
    text_add_string(&page->out, "{\"end\":");
    text_add_u64(&page->out, page->asked->end);
    text_add_string(&page->out, ",\"lines\":[");
}

static char *end_json(struct page *page, uint64_t next, bool again) {
    text_add_string(&page->out, "],\"next\":");
    if (next > 0) {
        text_add_u64(&page->out, next);
    } else {
        text_add_string(&page->out, "null");
    }
    text_add_string(&page->out, ",\"skipped\":");
    text_add_u64(&page->out, page->skipped);
    text_add_string(&page->out, again ? ",\"again\":true}" : ",\"again\":false}");
    text_add(&page->out, "", 1);
    free(page->room.text);
    result_usual_free(&page->usual);
    if (page->out.failed) {
        text_free(&page->out);
        errno = ENOMEM;
        return NULL;
    }
    return page->out.bytes;
}

char *answer_page_json(const struct answer_page_asked *asked) {
    struct page page = {.asked = asked};
    uint64_t before = asked->before < asked->end ? asked->before : asked->end;
    uint64_t next = 0;
    begin_json(&page);
    if (before == 0) {
        return end_json(&page, 0, false);
    }
    // One byte more: the end of the line before tells where the first one begins.
    uint64_t offset = before > ANSWER_PAGE_PIECE + 1 ? before - ANSWER_PAGE_PIECE - 1 : 0;
    size_t length = (size_t)(before - offset);
    char *text = malloc(length);
    int error = text == NULL ? ENOMEM : read_now(asked->fd, text, length, offset);
    if (error == 0) {
        look(&page, text, length, offset, &next);
    }
    free(text);
    if (error != 0 && error != EAGAIN) {
        text_free(&page.out);
        errno = error;
        return NULL;
    }
    return end_json(&page, error == EAGAIN ? before : next, error == EAGAIN);
}
