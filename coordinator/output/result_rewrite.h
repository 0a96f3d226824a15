// Removes lines from an output or errors file in one step: at any moment, also after a death, the name leads
// to the old file or to the whole new one. Under the run's lock only.
#ifndef RATION_RESULT_REWRITE_H
#define RATION_RESULT_REWRITE_H

#include "input/bits.h"
#include "output/result_file.h"

// The unfinished new file has the name of the old one and this behind it.
#define RESULT_REWRITE_SUFFIX ".ration-new"

// Takes the locks of the new file: 0, or -1 with errno.
typedef int result_rewrite_lock(void *context, int fd);

// The lines whose number is in `drop` go, and a torn tail; the other lines keep their bytes. `file` was
// scanned; its descriptor is the old file afterwards. `lock`, unless NULL, is called with the new file's
// descriptor before that has the name. No other descriptor of the new file is closed from then on, as that
// would end a record lock. Returns the new file, O_RDWR | O_APPEND, the caller's; -1 after the problem was
// told, with the old file in place.
int result_rewrite(const struct result_file *file, const struct bits *drop, result_rewrite_lock *lock,
                   void *context);

// Removes the unfinished new file that a killed rewrite of `name` may have left.
void result_rewrite_clean(const char *name);

#endif
