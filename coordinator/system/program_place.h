// Where the other programs of ration stand: beside this one, in ../libexec/ration from there, or where they
// were to be installed.
#ifndef RATION_PROGRAM_PLACE_H
#define RATION_PROGRAM_PLACE_H

#include <limits.h>
#include <stddef.h>

enum { PROGRAM_PLACE_PROBLEM = PATH_MAX + 256 };

// The path of that program; malloc'ed. NULL: problem, of PROGRAM_PLACE_PROBLEM bytes, says why it is not
// known, and what to do where /proc is what is missing.
char *program_place(const char *name, char *problem);

// What begins this program once more: itself, or what was installed in its place since, as the others were.
// malloc'ed; NULL with errno where it is gone.
char *program_place_own(void);

#endif
