#include "view/view.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WIDTH_MOST 512U
#define LINE_BYTES (WIDTH_MOST + 64U) // one piece with its colours

void view_begin(struct view *view, unsigned width, unsigned most, bool colours) {
    view->colours = colours;
    view->width = width < WIDTH_MOST ? width : WIDTH_MOST;
    view->most = most;
    view->lines = view->column = 0;
    view->full = false;
    view->used = 0;
    view->text[0] = '\0';
}

unsigned view_room(const struct view *view) {
    return view->lines < view->most ? view->most - view->lines : 0;
}

static void append(struct view *view, const char *text, size_t length) {
    if (length < sizeof(view->text) - view->used) {
        memcpy(view->text + view->used, text, length);
        view->used += length;
        view->text[view->used] = '\0';
    }
}

static void append_text(struct view *view, const char *text) {
    append(view, text, strlen(text));
}

// One character for each of the text's, which may be of several bytes.
static size_t defuse(char *text) {
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        unsigned char byte = (unsigned char)*in;
        if (byte >= 0x80 && byte < 0xc0) {
            continue;
        }
        *out++ = byte >= 0xc0 ? '?' : byte < ' ' || byte == 0x7f ? ' ' : *in;
    }
    *out = '\0';
    return (size_t)(out - text);
}

static void append_coloured(struct view *view, enum view_colour colour, const char *piece, size_t length) {
    static const char *const codes[VIEW_COLOURS] = {"",         "\033[1m",  "\033[2m",
                                                    "\033[32m", "\033[33m", "\033[31m"};
    bool coloured = view->colours && colour != VIEW_PLAIN;
    if (length == 0) {
        return;
    }
    if (coloured) {
        append_text(view, codes[colour]);
    }
    append(view, piece, length);
    if (coloured) {
        append_text(view, "\033[0m");
    }
    view->column += (unsigned)length;
}

// Columns that are left in the line. Room for the codes and the line's end is kept, so that no colour is left
// on.
static size_t room_of(const struct view *view) {
    if (view_room(view) == 0 || sizeof(view->text) - view->used < LINE_BYTES) {
        return 0;
    }
    return view->column < view->width ? view->width - view->column : 0;
}

void view_put(struct view *view, enum view_colour colour, const char *format, ...) {
    char piece[WIDTH_MOST * 4 + 1];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(piece, sizeof(piece), format, arguments);
    va_end(arguments);
    size_t room = room_of(view);
    size_t length = n >= 0 ? defuse(piece) : 0;
    append_coloured(view, colour, piece, length < room ? length : room);
}

void view_piece(struct view *view, enum view_colour colour, const char *format, ...) {
    char piece[WIDTH_MOST * 4 + 1];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(piece, sizeof(piece), format, arguments);
    va_end(arguments);
    size_t length = n >= 0 ? defuse(piece) : 0;
    view->full = view->full || length > room_of(view);
    if (!view->full) {
        append_coloured(view, colour, piece, length);
    }
}

void view_to(struct view *view, unsigned column) {
    if (view->column < column) {
        view_put(view, VIEW_PLAIN, "%*s", (int)(column - view->column), "");
    }
}

void view_end(struct view *view) {
    if (view_room(view) == 0) {
        return;
    }
    append_text(view, "\n");
    view->lines++;
    view->column = 0;
    view->full = false;
}

void view_time(double seconds, char *out, size_t size) {
    if (!(seconds >= 0) || seconds > 1e8) {
        (void)snprintf(out, size, "-");
        return;
    }
    unsigned whole = (unsigned)(seconds + 0.5);
    if (whole < 3600) {
        (void)snprintf(out, size, "%u:%02u", whole / 60, whole % 60);
    } else {
        (void)snprintf(out, size, "%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
    }
}

void view_count(double count, char *out, size_t size) {
    if (count < 9999.5) {
        (void)snprintf(out, size, "%.0f", count);
    } else if (count < 999500) {
        (void)snprintf(out, size, "%.3gk", count / 1e3);
    } else if (count < 999500e3) {
        (void)snprintf(out, size, "%.3gM", count / 1e6);
    } else {
        (void)snprintf(out, size, "%.3gG", count / 1e9);
    }
}
