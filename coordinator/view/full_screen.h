// The whole terminal for a while: the alternate screen, keys without echo, and everything back as it was,
// also after Ctrl-C and around Ctrl-Z.
#ifndef RATION_FULL_SCREEN_H
#define RATION_FULL_SCREEN_H

#include "view/view.h"

#include <stdbool.h>

// Takes standard output's terminal. 0, or -1 when it is none.
int full_screen_enter(void);
// Gives it back.
void full_screen_leave(void);

// Draws `view` from the first line on.
void full_screen_draw(const struct view *view);

// What was typed, as it came.
struct full_screen_typed {
    char text[16];
    size_t length;
};

// Waits for a key, at most so long; a changed size ends it, too. false: the user wants to leave (Ctrl-C, or
// another signal), or the terminal has gone.
bool full_screen_wait(int milliseconds, struct full_screen_typed *typed);

#endif
