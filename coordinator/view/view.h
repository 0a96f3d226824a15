// Text for a terminal, line by line: no line is wider than the terminal, none is more than asked for,
// whatever names and messages hold. Pure.
#ifndef RATION_VIEW_H
#define RATION_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#define VIEW_TEXT 65536U

enum view_colour { VIEW_PLAIN, VIEW_BOLD, VIEW_DIM, VIEW_GREEN, VIEW_YELLOW, VIEW_RED, VIEW_COLOURS };

struct view {
    bool colours;
    unsigned width; // columns; at most 512
    unsigned most;  // lines
    unsigned lines, column;
    bool full; // of this line: a piece was left out
    size_t used;
    char text[VIEW_TEXT]; // whole lines, each with its end
};

void view_begin(struct view *view, unsigned width, unsigned most, bool colours);

// Adds to the line; what is too wide is cut. Control characters become blanks, and so does what is not ASCII:
// its width is not known.
void view_put(struct view *view, enum view_colour colour, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Likewise, but a piece that does not fit as a whole is left out, and so is all that is put so behind it in
// this line.
void view_piece(struct view *view, enum view_colour colour, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Blanks up to that column.
void view_to(struct view *view, unsigned column);
// Ends the line.
void view_end(struct view *view);
// Lines that may still be added.
unsigned view_room(const struct view *view);

// "0:05", "1:02:03"; "-" when it is not known (below 0 or beyond reason).
void view_time(double seconds, char *out, size_t size);
// "999", "12.3k", "4.56M"
void view_count(double count, char *out, size_t size);

#endif
