// Opens --log-file.
#ifndef RATION_LOG_FILE_H
#define RATION_LOG_FILE_H

// For appending; neither a link nor a FIFO, and none of the files that the run reads or writes (`others`, NULL at the end; those
// that do not exist are passed over). The descriptor, or -1 after telling; then no new file is left.
int log_file_open(const char *path, const char *const *others);

#endif
