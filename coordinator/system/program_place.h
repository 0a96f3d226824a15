// Where the other programs of ration stand: beside this one, in ../libexec/ration from there, or where they
// were to be installed.
#ifndef RATION_PROGRAM_PLACE_H
#define RATION_PROGRAM_PLACE_H

// The path of that program; malloc'ed. NULL: errno is ENOENT where it stands in none of the three, ENOMEM, or
// why /proc does not tell where this one is.
char *program_place(const char *name);

#endif
