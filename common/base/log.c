#include "ration/log.h"

#include "ration/clock.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct log_config config = {.process = "ration", .stderr_level = LOG_LEVEL_INFO, .json_fd = -1};
static bool file_told; // that the log file cannot be written

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

// A name out of the input or a message of the API must not forge a line or steer the terminal.
static void defuse(char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            *text = ' ';
        }
    }
}

static void to_people(enum log_level level, char *message, const char *more) {
    char line[2200];
    char time[CLOCK_RFC3339_SIZE];
    static const char *const words[] = {"", "", "WARNING: ", "FATAL: "};
    defuse(message);
    clock_rfc3339(clock_wall(), time);
    time[19] = '\0'; // whole seconds
    // The picture of the run begins in the cursor's line: it is moved down by one.
    int n = snprintf(line, sizeof(line), "%s%sZ [%s] %s%s%s%s\n", config.clear_line ? "\r\033[L" : "", time,
                     config.process, words[level], message, more, config.clear_line ? "\033[K" : "");
    if (n > 0) {
        size_t length = (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1;
        line[length - 1] = '\n';
        (void)write_line(STDERR_FILENO, line, length);
    }
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
    to_people(LOG_LEVEL_WARN, message, "");
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
    char *text = cJSON_PrintUnformatted(line);
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

static void tell(const struct log_event *event, const char *format, va_list arguments) {
    bool people = event->level >= config.stderr_level && !event->file_only;
    if (!people && config.json_fd < 0) {
        return;
    }
    char message[2048];
    (void)vsnprintf(message, sizeof(message), format, arguments);
    message[utf8_span(message, strlen(message))] = '\0'; // not in the middle of a character
    if (config.json_fd >= 0) {
        to_file(event, message);
    }
    if (people) {
        to_people(event->level, message, event->more != NULL ? event->more : "");
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
    TELL(LOG_LEVEL_FATAL);
}

void log_panic(const char *format, ...) {
    const char *category = "panic";
    TELL(LOG_LEVEL_FATAL);
    abort();
}
