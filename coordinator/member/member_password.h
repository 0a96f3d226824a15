// Whether the place of a fleet's database holds a password, which would stand in the list of processes.
#ifndef RATION_MEMBER_PASSWORD_H
#define RATION_MEMBER_PASSWORD_H

#include <stdbool.h>

// `place` is read as libpq reads it: a URL, words with their values, or the name of a database. What libpq
// would refuse counts as one that holds a password as soon as it names one: it may repeat it.
bool member_password_in(const char *place);

#endif
