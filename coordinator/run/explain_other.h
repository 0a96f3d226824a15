// Words of ration's that no other table has: how a session is, and what a line of the errors file may say. As
// in docs/GLOSSARY.md.
#ifndef RATION_EXPLAIN_OTHER_H
#define RATION_EXPLAIN_OTHER_H

#include <stddef.h>

// The n-th; NULL: there are no more.
const char *explain_other_name(size_t at);
// Of one that there is.
const char *explain_other_means(size_t at);
const char *explain_other_advice(size_t at);

#endif
