#include "export/show_row.h"

#include "export/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDENT 2U
#define LABEL_MOST 16U // columns of a name before its value

struct show {
    struct text *out;
    const struct show_row_how *how;
    struct export_row *row;
    struct result_walk_room room;
    size_t label; // the longest name
    bool fields;  // the answer has some
};

enum colour { BOLD, DIM, RED, GREEN };

static void paint(const struct show *show, enum colour colour, bool begin) {
    static const char *const codes[] = {
        [BOLD] = "\033[1m", [DIM] = "\033[2m", [RED] = "\033[31m", [GREEN] = "\033[32m"};
    if (show->how->colours) {
        text_add_string(show->out, begin ? codes[colour] : "\033[0m");
    }
}

// The member's text in the room of *show, "" where there is none.
static const char *member(struct show *show, const char *name, size_t *length) {
    struct json_piece value;
    *length = 0;
    if (show->row->walk == NULL || !json_scan_find(&show->row->walk->object, name, &value) ||
        value.text[0] == 'n') {
        return "";
    }
    const char *text = result_walk_text(&value, &show->room, length);
    show->out->failed = show->out->failed || text == NULL;
    return text != NULL ? text : "";
}

// " · what": one line, whatever it holds.
static void add_word(struct show *show, const char *before, const char *name, const char *behind) {
    struct text line = {0};
    size_t length;
    const char *text = member(show, name, &length);
    if (length == 0) {
        return;
    }
    wrap_put(&line, text, length, 0, 0);
    text_add_string(show->out, before);
    for (size_t i = 0; i + 1 < line.length; i++) {
        text_add(show->out, line.bytes[i] == '\n' ? " " : &line.bytes[i], 1);
    }
    text_add_string(show->out, behind);
    show->out->failed = show->out->failed || line.failed;
    text_free(&line);
}

static void add_head(struct show *show) {
    const struct export_row *row = show->row;
    struct text id = {0};
    paint(show, BOLD, true);
    wrap_put(&id, row->id.text, row->id.length, 0, 0);
    text_add(show->out, id.bytes, id.length > 0 ? id.length - 1 : 0);
    show->out->failed = show->out->failed || id.failed;
    text_free(&id);
    paint(show, BOLD, false);
    text_add_string(show->out, " · ");
    enum colour colour = row->state == EXPORT_DONE ? GREEN : row->state == EXPORT_FAILED ? RED : DIM;
    paint(show, colour, true);
    text_add_string(show->out, export_row_state(row->state));
    paint(show, colour, false);
    paint(show, DIM, true);
    add_word(show, " · ", "class", "");
    add_word(show, " · status ", "status", "");
    add_word(show, " · ", "code", "");
    add_word(show, " · ", "finish_reason", "");
    add_word(show, " · ", "model", "");
    add_word(show, " · attempts ", "attempts", "");
    add_word(show, " · ", "latency_ms", " ms");
    add_word(show, " · ", "created", "");
    paint(show, DIM, false);
    text_add(show->out, "\n", 1);
}

// "  name  value", further lines of it below its first.
static void add_value(struct show *show, const char *name, size_t name_length, const char *text,
                      size_t length) {
    struct text label = {0}, value = {0};
    unsigned indent = INDENT + (unsigned)show->label + 2;
    wrap_put(&label, name, name_length, INDENT, 0);
    wrap_put(&value, text, length, indent, show->how->width);
    if (label.failed || value.failed) {
        show->out->failed = true;
    } else {
        size_t used = label.length - 1;
        paint(show, DIM, true);
        text_add(show->out, label.bytes, used);
        paint(show, DIM, false);
        if (used < indent && length > 0) { // both on one line
            size_t blanks = value.bytes[0] == ' ' ? used : 0;
            text_add(show->out, value.bytes + blanks, value.length - blanks);
        } else {
            text_add(show->out, "\n", 1);
            text_add(show->out, value.bytes, length > 0 ? value.length : 0);
        }
    }
    text_free(&label);
    text_free(&value);
}

static void grow_label(struct show *show, size_t length) {
    show->label = length > show->label && length <= LABEL_MOST ? length : show->label;
}

static void add_record(struct show *show) {
    const struct record *record = show->row->record;
    show->label = 0;
    for (size_t i = 0; i < record->columns; i++) {
        grow_label(show, record->field[i].text != record->id.text ? strlen(record->column[i]) : 0);
    }
    for (size_t i = 0; i < record->columns; i++) {
        if (record->field[i].text != record->id.text) {
            add_value(show, record->column[i], strlen(record->column[i]), record->field[i].text,
                      record->field[i].length);
        }
    }
}

static int measure_leaf(void *context, const struct result_walk_leaf *leaf) {
    struct show *show = context;
    if (leaf->place == RESULT_WALK_FIELD) {
        grow_label(show, leaf->path_length - strlen(RESULT_WALK_FIELDS));
        show->fields = true;
    }
    return 0;
}

static int add_leaf(void *context, const struct result_walk_leaf *leaf) {
    struct show *show = context;
    size_t prefix = strlen(RESULT_WALK_FIELDS), length;
    if (leaf->place == RESULT_WALK_FIELD) {
        const char *text = result_walk_text(&leaf->value, &show->room, &length);
        if (text == NULL) {
            return -1;
        }
        add_value(show, leaf->path + prefix, leaf->path_length - prefix, text, length);
    }
    return 0;
}

// Why an answer that was kept is not what was asked for.
static void add_invalid(struct show *show) {
    size_t length;
    const char *text = member(show, "invalid", &length);
    if (length > 0) {
        paint(show, RED, true);
        wrap_put(show->out, text, length, INDENT, show->how->width);
        paint(show, RED, false);
    }
}

static void add_answer(struct show *show) {
    const struct result_walk *walk = show->row->walk;
    struct result_walk_room room = {0};
    show->label = 0;
    int error = result_walk_each(walk, true, &room, measure_leaf, show);
    if (error == 0 && show->fields) {
        error = result_walk_each(walk, true, &room, add_leaf, show);
    }
    free(room.text);
    show->out->failed = show->out->failed || error != 0;
    if (!show->fields) {
        size_t length;
        const char *text =
            member(show, show->row->state == EXPORT_FAILED ? "message" : "response_text", &length);
        if (length == 0) {
            text = member(show, "response_json", &length);
        }
        wrap_put(show->out, text, length, INDENT, show->how->width);
    }
}

void show_row_put(struct text *out, struct export_row *row, const struct show_row_how *how) {
    struct show show = {.out = out, .how = how, .row = row};
    add_head(&show);
    if (row->record != NULL) {
        add_record(&show);
    }
    if (row->walk != NULL) {
        text_add(out, "\n", row->record != NULL);
        add_invalid(&show);
        add_answer(&show);
    }
    text_add(out, "\n", 1);
    free(show.room.text);
}
