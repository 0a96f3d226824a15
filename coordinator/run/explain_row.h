// `ration explain OUTPUT ID`: what became of one row, what that means, and what to do.
#ifndef RATION_EXPLAIN_ROW_H
#define RATION_EXPLAIN_ROW_H

// Prints; returns the exit status, 1: no such row is known.
int explain_row(const char *output, const char *id);

#endif
