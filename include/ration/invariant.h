// What always holds while the program has no bug, checked always: cheap conditions, where data enters and
// where it leaves. Whoever finds one broken ends with log_panic(): what is shared is rolled back behind it,
// and nothing wrong is written. Conditions have no side effects, and hold whatever a server, a file or
// another program does; what those may break is no invariant but an error.
#ifndef RATION_INVARIANT_H
#define RATION_INVARIANT_H

#include "ration/log.h"

// The rest is a format and its values, as for log_panic(): what is wrong, of what.
#define INVARIANT(condition, ...)                \
    do {                                         \
        if (__builtin_expect(!(condition), 0)) { \
            log_panic(__VA_ARGS__);              \
        }                                        \
    } while (0)

#endif
