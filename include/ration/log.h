// Log lines: for people on stderr, as JSON lines in the log file. One write(2) for each line, so lines of
// several processes never mix. After screen_begin() nothing here waits for a reader. Three words for what
// goes wrong: warn (the run goes on), fatal (the environment's fault; the caller ends the process), panic
// (our own bug; aborts).
#ifndef RATION_LOG_H
#define RATION_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// No line is of LOG_LEVEL_NONE: people are told nothing then.
enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_FATAL, LOG_LEVEL_NONE };

struct log_config {
    const char *process;         // "coordinator", "W03"; kept, not copied
    enum log_level stderr_level; // lines below it are not shown to people
    int json_fd;                 // log file opened with O_APPEND, or -1
    bool clear_line; // a picture of the run begins in the cursor's line: a line is put in above it
};

// Before it is called, lines of level info and above go to stderr only.
void log_configure(const struct log_config *config);
// Lines go to this log file from now on. The descriptor of the old one, which is now the caller's, or -1.
int log_set_file(int json_fd);

// For each round of a loop: what standard error had no room for is shown, and what was dropped is told of;
// see ration/screen.h.
void log_tick(void);
// At the end of a process: gives who reads standard error some time, see screen_end(); the log file tells how
// many lines nobody read.
void log_end(uint64_t still, uint64_t most);

// `category` is one lower-case word that people filter by; docs/CONFIGURATION.md lists them.
void log_debug(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_warn(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Something that programs look for in the log file: a line with more members than the usual ones.
struct log_field {
    const char *name; // none that each line has: time, level, category, process, pid, message
    const char *text; // or NULL: the number
    uint64_t number;
};
struct log_event {
    enum log_level level;
    const char *category;
    bool file_only;   // people are told otherwise
    const char *more; // or NULL: behind the message for people, who are not told each line of the file
    size_t fields;
    const struct log_field *field;
};
void log_event(const struct log_event *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Only tells; the caller unwinds and exits.
void log_fatal(const char *category, const char *format, ...) __attribute__((format(printf, 2, 3)));
// What it told first in this process, as it was told; "" when it has told nothing.
const char *log_cause(void);
// Tells and aborts.
_Noreturn void log_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
