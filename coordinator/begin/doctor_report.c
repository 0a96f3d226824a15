#include "begin/doctor_report.h"

#include "ration/log.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LINE_MOST 1024U
#define HEARD_MOST ((size_t)1 << 20)

int doctor_report_begin(struct doctor_report *report, FILE *out) {
    *report = (struct doctor_report){.out = out, .heard = memfd_create("ration-doctor", MFD_CLOEXEC)};
    struct log_config config = {
        .process = "ration",
        .stderr_level = report->heard >= 0 ? LOG_LEVEL_NONE : LOG_LEVEL_WARN,
        .json_fd = report->heard,
    };
    log_configure(&config);
    return report->heard >= 0 ? 0 : -1;
}

void doctor_report_end(struct doctor_report *report) {
    struct log_config config = {.process = "ration", .stderr_level = LOG_LEVEL_WARN, .json_fd = -1};
    log_configure(&config);
    if (report->heard >= 0) {
        (void)close(report->heard);
    }
    report->heard = -1;
    text_free(&report->told);
}

void doctor_report_tell(struct doctor_report *report, enum doctor_grade grade, const char *about,
                        const char *format, ...) {
    static const char *const words[DOCTOR_GRADES] = {"ok", "warn", "wrong"};
    char line[LINE_MOST];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    utf8_defuse(line);
    report->count[grade]++;
    (void)fprintf(report->out, "%-6s %-13s %s\n", words[grade], about, line);
}

// A line of the log. False: it is of no grade.
static bool read_line(const char *text, enum doctor_grade *grade, char message[LINE_MOST]) {
    cJSON *line = cJSON_Parse(text);
    const char *level = cJSON_GetStringValue(cJSON_GetObjectItem(line, "level"));
    const char *words = cJSON_GetStringValue(cJSON_GetObjectItem(line, "message"));
    bool graded =
        level != NULL && words != NULL && (strcmp(level, "warn") == 0 || strcmp(level, "fatal") == 0);
    if (graded) {
        *grade = level[0] == 'w' ? DOCTOR_WARN : DOCTOR_WRONG;
        (void)snprintf(message, LINE_MOST, "%s", words);
    }
    cJSON_Delete(line);
    return graded;
}

// Whole messages are compared: one may be the beginning of another.
static bool is_new(struct doctor_report *report, const char *message) {
    struct text *told = &report->told;
    size_t length = strlen(message) + 1; // and a NUL behind each
    for (size_t at = 0; at < told->length; at += strlen(told->bytes + at) + 1) {
        if (strcmp(told->bytes + at, message) == 0) {
            return false;
        }
    }
    text_add(told, message, length);
    return true;
}

unsigned doctor_report_hear(struct doctor_report *report, const char *about) {
    unsigned told = 0;
    char *text = report->heard >= 0 ? malloc(HEARD_MOST) : NULL;
    ssize_t length = text != NULL ? pread(report->heard, text, HEARD_MOST - 1, 0) : 0;
    if (length > 0) {
        text[length] = '\0';
    }
    char *rest = length > 0 ? text : NULL;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        enum doctor_grade grade;
        char message[LINE_MOST];
        if (read_line(line, &grade, message) && is_new(report, message)) {
            doctor_report_tell(report, grade, about, "%s", message);
            told++;
        }
    }
    free(text);
    if (report->heard >= 0 && (ftruncate(report->heard, 0) != 0 || lseek(report->heard, 0, SEEK_SET) != 0)) {
        doctor_report_end(report); // what follows is told as ever
    }
    return told;
}
