// A temporary file that no name leads to, so that nothing is left behind whatever happens to the process.
#ifndef RATION_TEMP_FILE_H
#define RATION_TEMP_FILE_H

// In $TMPDIR, else /tmp. The descriptor, the caller's, closed on exec; -1 with errno.
int temp_file_open(void);

#endif
