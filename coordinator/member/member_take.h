// What another machine shares of the fleet's run, for one that has it not: the rows of its input, which get a
// file of their own beside the output, and what its requests are made of, which gets no name. Before the
// configuration is made: from then on they are options like those of the command line.
#ifndef RATION_MEMBER_TAKE_H
#define RATION_MEMBER_TAKE_H

#include "config/options.h"
#include "member/member_prompt.h"

// Begin it with MEMBER_TAKEN_NOTHING.
struct member_taken {
    struct options options; // what is taken stands in for what was not given
    char *input, *delimiter;
    // the file of the rows, which no other start of this output replaces meanwhile; -1: there is none
    int held;
    struct member_prompt prompt;
};
#define MEMBER_TAKEN_NOTHING \
    { .held = -1 }

enum member_took {
    MEMBER_TOOK,
    MEMBER_TOOK_WRONG,  // after telling: there is none, and it must be given
    MEMBER_TOOK_CANNOT, // after telling, or by a signal
};

// *options are replaced by those of `taken` where something is taken. Waits for the database, as long as half
// a minute for each answer, and for a machine that still puts rows there, until it puts none for
// --fleet-term.
enum member_took member_take(struct member_taken *taken, const struct options **options);
void member_taken_free(struct member_taken *taken);

#endif
