#include "sim_batch_split.h"

#include <string.h>

enum { DEPTH_OBJECT = 1, DEPTH_LIST = 2, DEPTH_ELEMENT = 3, DEPTH_MAX = 1000 };

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool is_requests(const struct batch_split *s) {
    return s->key.len == 8 && !memcmp(s->key.data, "requests", 8);
}

static void end_element(struct batch_split *s) {
    for (size_t i = 0; i < s->element.len; i++)
        if (s->element.data[i] == '\n' || s->element.data[i] == '\r')
            s->element.data[i] = ' ';
    s->wrong = !s->take(s->cls, s->element.data, s->element.len);
    sim_text_reset(&s->element, 1u << 20);
}

static void open_bracket(struct batch_split *s, char c) {
    if (s->ended || (!s->depth && c != '{') || (s->inside && s->depth == DEPTH_LIST && c != '{')) {
        s->wrong = true;
        return;
    }
    if (s->depth == DEPTH_OBJECT && c == '[' && is_requests(s))
        s->inside = s->found = true;
    s->wrong |= ++s->depth > DEPTH_MAX;
}

static void close_bracket(struct batch_split *s) {
    if (!s->depth) {
        s->wrong = true;
        return;
    }
    s->depth--;
    if (s->inside && s->depth == DEPTH_OBJECT)
        s->inside = false;
    s->ended = !s->depth;
}

/* Of a string: the last one in the outermost object is the key of what follows. */
static void within_string(struct batch_split *s, char c) {
    if (s->escaped)
        s->escaped = false;
    else if (c == '\\')
        s->escaped = true;
    else if (c == '"')
        s->in_string = false;
    if (s->in_string && s->depth == DEPTH_OBJECT && s->key.len < 64)
        sim_text_add(&s->key, &c, 1);
}

static void outside_string(struct batch_split *s, char c) {
    switch (c) {
    case '{':
    case '[':
        open_bracket(s, c);
        break;
    case '}':
    case ']':
        close_bracket(s);
        break;
    case '"':
        s->in_string = true;
        s->key.len = s->depth == DEPTH_OBJECT ? 0 : s->key.len;
        s->wrong |= s->inside && s->depth == DEPTH_LIST;
        break;
    default:
        s->wrong |=
            (!s->depth && !is_space(c)) || (s->inside && s->depth == DEPTH_LIST && c != ',' && !is_space(c));
    }
}

void sim_batch_split_feed(struct batch_split *s, const char *bytes, size_t len) {
    size_t from = 0; /* of the element in these bytes */

    for (size_t i = 0; i < len && !s->wrong; i++) {
        unsigned before = s->depth;

        if (s->in_string)
            within_string(s, bytes[i]);
        else
            outside_string(s, bytes[i]);
        if (!s->inside || s->depth == before)
            continue;
        if (s->depth == DEPTH_ELEMENT && before == DEPTH_LIST)
            from = i;
        if (s->depth == DEPTH_LIST && before == DEPTH_ELEMENT) {
            sim_text_add(&s->element, bytes + from, i + 1 - from);
            end_element(s);
        }
    }
    if (s->inside && s->depth >= DEPTH_ELEMENT && !s->wrong)
        sim_text_add(&s->element, bytes + from, len - from);
    s->wrong |= s->element.len > BATCH_SPLIT_ELEMENT_MAX;
}

bool sim_batch_split_whole(const struct batch_split *s) {
    return s->ended && s->found && !s->wrong;
}

void sim_batch_split_free(struct batch_split *s) {
    sim_text_free(&s->element);
    sim_text_free(&s->key);
}
