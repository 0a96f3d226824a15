// Standard error and output, which somebody may read or not: a terminal that was stopped with Ctrl-S, a
// pager, a pipe whose reader hangs. After screen_begin() writing there never waits: what finds no room is
// kept, up to SCREEN_ROOM bytes, and shown when there is room again; lines beyond that are dropped and
// counted. For one thread.
#ifndef RATION_SCREEN_H
#define RATION_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCREEN_ROOM ((size_t)128 << 10)

// Terminals and pipes get an open file of our own that does not wait, so that the shell's, which others
// share, stays as it was. Where the system grants none, it is asked before each write whether there is room.
// Before this call writing waits.
void screen_begin(void);

// One line with its end, of less than PIPE_BUF bytes. False: it was dropped and counted.
bool screen_line(const char *line, size_t length);

// A picture for a terminal. It is begun only when nothing older waits, and then it arrives whole. Otherwise
// it is left out: the next one comes soon.
void screen_picture(const char *text, size_t length);

// Shows what waits, as far as there is room. For each round of a loop.
void screen_flush(void);

// How many lines were dropped, told once and only when there is room to tell of it; else 0.
uint64_t screen_missed(void);

// Waits until what is kept has been shown: at most `still` while nobody reads, and at most `most` in any case
// (nanoseconds). Returns how many lines were never shown: those left, and those dropped and not told yet.
uint64_t screen_end(uint64_t still, uint64_t most);

// Writes to standard output likewise, waiting as screen_end() does. False: not all of it was taken. May be
// called without screen_begin(), and then waits.
bool screen_print(const char *text, size_t length, uint64_t still, uint64_t most);

#endif
