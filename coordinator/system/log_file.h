// The file of --log-file: opened at the start, and again when something else has renamed it.
#ifndef RATION_LOG_FILE_H
#define RATION_LOG_FILE_H

#define LOG_FILE_OTHERS 4

struct log_file {
    const char *path; // NULL: there is none
    // files that the run reads or writes, NULL at the end; those that do not exist are passed over
    const char *others[LOG_FILE_OTHERS];
};

// For appending; neither a link nor a FIFO, and none of the others. The descriptor, or -1 after telling; then
// no new file is left.
int log_file_open(const struct log_file *file);

// Likewise whether it could be opened; makes nothing. 0, or -1 after telling.
int log_file_look(const struct log_file *file);

// Opens it again in the place of `fd`. 0, or -1 after telling: then `fd` is what it was.
int log_file_reopen(const struct log_file *file, int fd);

#endif
