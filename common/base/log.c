#include "ration/log.h"

#include "ration/clock.h"
#include "ration/json_text.h"
#include "ration/screen.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct log_config config = {.process = "ration", .stderr_level = LOG_LEVEL_INFO, .json_fd = -1};
static bool file_told; // that the log file cannot be written
static bool unread;    // it was told that nobody reads standard error

#define MESSAGE_MISSED 160

static const char *describe_missed(uint64_t missed, char out[MESSAGE_MISSED]) {
    (void)snprintf(out, MESSAGE_MISSED,
                   "%" PRIu64 " lines were not shown on standard error, because nobody read it%s", missed,
                   config.json_fd >= 0 ? "; the log file has them" : "");
    return out;
}

static const char *const level_names[] = {"debug", "info", "warn", "fatal"};

void log_configure(const struct log_config *new_config) {
    config = *new_config;
    file_told = false;
}

int log_set_file(int json_fd) {
    int old = config.json_fd;
    config.json_fd = json_fd;
    file_told = false;
    return old;
}

// 0, or why it was not written: that must not end the run.
static int write_line(int fd, const char *line, size_t length) {
    ssize_t n = write(fd, line, length);
    return n == (ssize_t)length ? 0 : n < 0 ? errno : ENOSPC;
}

// A name out of the input or a message of the API must not forge a line or steer the terminal. False: nobody
// could be shown it.
static bool to_people(enum log_level level, char *message, const char *more) {
    char line[2200];
    char time[CLOCK_RFC3339_SIZE];
    static const char *const words[] = {"", "", "WARNING: ", "FATAL: "};
    utf8_defuse(message);
    clock_rfc3339(clock_wall(), time);
    time[19] = '\0'; // whole seconds
    // The picture of the run begins in the cursor's line: it is moved down by one.
    int n = snprintf(line, sizeof(line), "%s%sZ [%s] %s%s%s%s\n", config.clear_line ? "\r\033[L" : "", time,
                     config.process, words[level], message, more, config.clear_line ? "\033[K" : "");
    if (n <= 0) {
        return true;
    }
    size_t length = (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1;
    line[length - 1] = '\n';
    return screen_line(line, length);
}

// Once for each file: the lines that follow are lost likewise.
static void tell_lost_line(int error) {
    if (file_told || config.stderr_level > LOG_LEVEL_WARN) {
        return;
    }
    char message[128];
    file_told = true;
    (void)snprintf(message, sizeof(message), "the log file cannot be written: %s; lines are missing in it",
                   strerror(error));
    (void)to_people(LOG_LEVEL_WARN, message, "");
}

static void add_fields(cJSON *line, const struct log_event *event) {
    for (size_t i = 0; i < event->fields; i++) {
        const struct log_field *field = &event->field[i];
        if (field->text != NULL) {
            cJSON_AddStringToObject(line, field->name, field->text);
        } else {
            cJSON_AddNumberToObject(line, field->name, (double)field->number);
        }
    }
}

static void to_file(const struct log_event *event, const char *message) {
    char time[CLOCK_RFC3339_SIZE];
    clock_rfc3339(clock_wall(), time);
    cJSON *line = cJSON_CreateObject();
    cJSON_AddStringToObject(line, "time", time);
    cJSON_AddStringToObject(line, "level", level_names[event->level]);
    cJSON_AddStringToObject(line, "category", event->category);
    cJSON_AddStringToObject(line, "process", config.process);
    cJSON_AddNumberToObject(line, "pid", getpid());
    add_fields(line, event);
    cJSON_AddStringToObject(line, "message", message);
    char *text = json_text(line);
    if (text != NULL) {
        size_t length = strlen(text);
        text[length] = '\n'; // in the terminator's place: one write, one line
        int error = write_line(config.json_fd, text, length + 1);
        if (error != 0) {
            tell_lost_line(error);
        }
        cJSON_free(text);
    }
    cJSON_Delete(line);
}

// For the log file alone: those who should read it do not look.
static void to_file_alone(const char *message) {
    if (config.json_fd >= 0) {
        to_file(&(struct log_event){.level = LOG_LEVEL_WARN, .category = "run"}, message);
    }
}

// Lines that nobody read are told of as soon as there is somebody.
static void tell_missed(void) {
    char message[MESSAGE_MISSED];
    uint64_t missed = screen_missed();
    if (missed > 0) {
        to_file_alone(describe_missed(missed, message));
        (void)to_people(LOG_LEVEL_WARN, message, "");
        unread = false;
    }
}

static char cause[1024]; // see log_cause()

static void keep_cause(const char *format, va_list arguments) {
    if (cause[0] == '\0' && vsnprintf(cause, sizeof(cause), format, arguments) >= (int)sizeof(cause)) {
        cause[utf8_whole(cause, strlen(cause))] = '\0';
    }
    utf8_mend(cause);
}

const char *log_cause(void) {
    return cause;
}

static void tell(const struct log_event *event, const char *format, va_list arguments) {
    bool people = event->level >= config.stderr_level && !event->file_only;
    if (!people && config.json_fd < 0) {
        return;
    }
    char message[2048];
    int length = vsnprintf(message, sizeof(message), format, arguments);
    if (length >= (int)sizeof(message)) { // cut, but not in the middle of a character
        message[utf8_whole(message, strlen(message))] = '\0';
    }
    utf8_mend(message);
    if (config.json_fd >= 0) {
        to_file(event, message);
    }
    if (!people) {
        return;
    }
    screen_flush();
    tell_missed();
    if (!to_people(event->level, message, event->more != NULL ? event->more : "") && !unread) {
        unread = true;
        to_file_alone("nobody reads standard error: lines are not shown there until somebody does");
    }
}

void log_tick(void) {
    screen_flush();
    tell_missed();
}

void log_end(uint64_t still, uint64_t most) {
    char message[MESSAGE_MISSED];
    log_tick();
    uint64_t missed = screen_end(still, most);
    if (missed > 0) {
        to_file_alone(describe_missed(missed, message));
    }
}

#define TELL(of_level)                                                              \
    do {                                                                            \
        const struct log_event event = {.level = (of_level), .category = category}; \
        va_list arguments;                                                          \
        va_start(arguments, format);                                                \
        tell(&event, format, arguments);                                            \
        va_end(arguments);                                                          \
    } while (0)

void log_event(const struct log_event *event, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    tell(event, format, arguments);
    va_end(arguments);
}

void log_debug(const char *category, const char *format, ...) {
    TELL(LOG_LEVEL_DEBUG);
}

void log_info(const char *category, const char *format, ...) {
    TELL(LOG_LEVEL_INFO);
}

void log_warn(const char *category, const char *format, ...) {
    TELL(LOG_LEVEL_WARN);
}

void log_fatal(const char *category, const char *format, ...) {
    va_list words;
    va_start(words, format);
    keep_cause(format, words);
    va_end(words);
    TELL(LOG_LEVEL_FATAL);
}

void log_panic(const char *format, ...) {
    const char *category = "panic";
    TELL(LOG_LEVEL_FATAL);
    abort();
}
