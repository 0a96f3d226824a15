// What a terminal is like, and writing to it.
#ifndef RATION_TERMINAL_H
#define RATION_TERMINAL_H

#include "view/view.h"

#include <stdbool.h>

struct terminal {
    int fd;
    bool is;      // a terminal at all
    bool steers;  // it understands escape sequences
    bool colours; // and is to have colours
    unsigned width, height;
};

// As it is now: its size may change at any time. What is no terminal is 80 columns wide and a line high.
void terminal_look(int fd, struct terminal *terminal);

// Draws `view` over what it drew there before, from the cursor's line on, and leaves the cursor where it was:
// at the beginning of the first line. So whoever erases from there to the end of the screen may write lines
// of his own.
void terminal_draw(const struct terminal *terminal, const struct view *view);

// Leaves the cursor on a line of its own below the `lines` that were drawn.
void terminal_pass(const struct terminal *terminal, unsigned lines);

// All of it, as far as it can be written.
void terminal_write(int fd, const char *text, size_t length);

#endif
