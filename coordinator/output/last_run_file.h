// The file of a last_run: hidden beside the output, ".OUTPUT.ration", so that no pattern of names meets it.
// Mode 0600, replaced as a whole.
#ifndef RATION_LAST_RUN_FILE_H
#define RATION_LAST_RUN_FILE_H

#include "output/last_run.h"

// Pure. malloc'ed, or NULL when out of memory.
char *last_run_file_path(const char *output);
// Pure. True: `name`, without its folder, is that of such a file.
bool last_run_file_is_one(const char *name);

// `firm`: it is on the disk, too. 0, or -1 with errno; what was there is then as it was.
int last_run_file_write(const char *output, const struct last_run *last, bool firm);
// 0; 1: there is none; -1: what is there is none, or cannot be read. Never waits.
int last_run_file_read(const char *output, struct last_run *last);
void last_run_file_remove(const char *output);

// Tells this boot of the machine from others; "" where that cannot be told.
void last_run_file_boot(char out[40]);

// What the locks on the output tell, and what the record says. The output is opened for a moment: no record
// lock of this process may be on it.
enum last_run_state last_run_file_state(const char *output, const struct last_run *last);

#endif
