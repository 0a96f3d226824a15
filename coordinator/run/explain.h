// `ration explain WORD`: what a word of ration's means, and what to do. Each word is in the table of the part
// that says it; nothing is written here a second time. `ration explain OUTPUT ID`: see run/explain_row.h.
#ifndef RATION_EXPLAIN_H
#define RATION_EXPLAIN_H

// words[0] is "explain". Prints; returns the exit status.
int explain(int count, char **words);

#endif
