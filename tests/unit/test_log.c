#include "ration/log.h"

#include "ration/utf8.h"
#include "unit_child.h"
#include "unit_told.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

static int json_file;

static void configure(enum log_level level, int json, bool clear_line) {
    struct log_config config = {
        .process = "W07", .stderr_level = level, .json_fd = json, .clear_line = clear_line};
    log_configure(&config);
}

static int open_json(void **state) {
    (void)state;
    json_file = memfd_create("log", MFD_CLOEXEC);
    return json_file >= 0 ? 0 : -1;
}

static int close_json(void **state) {
    (void)state;
    configure(LOG_LEVEL_INFO, -1, false);
    (void)close(json_file);
    return 0;
}

// What stands in the JSON log; malloc'ed, terminated.
static char *json_text(void) {
    off_t size = lseek(json_file, 0, SEEK_END);
    char *text = malloc((size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(pread(json_file, text, (size_t)size, 0), size);
    text[size] = '\0';
    return text;
}

static void tell_each(void) {
    log_debug("run", "message %d", 1);
    log_info("run", "message %d", 2);
    log_warn("quota", "message %d", 3);
    log_fatal("disk", "message %d", 4);
}

static unsigned count(const char *text, const char *what) {
    unsigned n = 0;
    while ((text = strstr(text, what)) != NULL) {
        n++;
        text += strlen(what);
    }
    return n;
}

static void shows_people_what_they_asked_for(void **state) {
    (void)state;
    static const unsigned lines[] = {4, 3, 2, 1};
    for (int level = LOG_LEVEL_DEBUG; level <= LOG_LEVEL_FATAL; level++) {
        struct unit_told told;
        configure((enum log_level)level, -1, false);
        told_begin(&told);
        tell_each();
        const char *text = told_end(&told);
        assert_int_equal(count(text, "\n"), lines[level]);
        assert_int_equal(count(text, "Z [W07] "), lines[level]);
        assert_int_equal(count(text, "FATAL: message 4\n"), 1);
        assert_int_equal(count(text, "WARNING: message 3\n"), level <= LOG_LEVEL_WARN);
        assert_int_equal(count(text, "] message 2\n"), level <= LOG_LEVEL_INFO);
        assert_int_equal(count(text, "] message 1\n"), level <= LOG_LEVEL_DEBUG);
        assert_null(strchr(text, '\r'));
    }
}

static void the_file_has_all_as_json_lines(void **state) {
    (void)state;
    struct unit_told told;
    configure(LOG_LEVEL_FATAL, json_file, false);
    told_begin(&told);
    tell_each();
    log_info("input", "%s", "tab\t quote\" back\\ newline\n escape\033[2J \xc3\xa9");
    (void)told_end(&told);
    char *text = json_text();
    static const char *const levels[] = {"debug", "info", "warn", "fatal", "info"};
    static const char *const categories[] = {"run", "run", "quota", "disk", "input"};
    char *line = text;
    for (int i = 0; i < 5; i++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        cJSON *event = cJSON_Parse(line);
        assert_non_null(event);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(event, "level")), levels[i]);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(event, "category")), categories[i]);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(event, "process")), "W07");
        assert_true((pid_t)cJSON_GetObjectItem(event, "pid")->valueint == getpid());
        const char *time = cJSON_GetStringValue(cJSON_GetObjectItem(event, "time"));
        assert_int_equal(strlen(time), strlen("2026-01-31T23:59:59.123Z"));
        if (i == 4) {
            assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(event, "message")),
                                "tab\t quote\" back\\ newline\n escape\033[2J \xc3\xa9");
        }
        cJSON_Delete(event);
        line = end + 1;
    }
    assert_string_equal(line, "");
    free(text);
}

static void an_event_has_members_of_its_own(void **state) {
    (void)state;
    struct unit_told told;
    const struct log_field field[] = {{.name = "alert", .text = "quota_use"},
                                      {.name = "threshold", .number = 60}};
    struct log_event event = {
        .level = LOG_LEVEL_WARN, .category = "alert", .fields = 2, .field = field, .file_only = true};
    configure(LOG_LEVEL_INFO, json_file, false);
    told_begin(&told);
    log_event(&event, "%u %%", 61U);
    assert_string_equal(told_end(&told), "");
    event.file_only = false;
    told_begin(&told);
    log_event(&event, "%u %%", 62U);
    assert_non_null(strstr(told_end(&told), "[W07] WARNING: 62 %\n"));
    event.more = " (3 more)"; // for people alone
    told_begin(&told);
    log_event(&event, "%u %%", 63U);
    assert_non_null(strstr(told_end(&told), "WARNING: 63 % (3 more)\n"));
    char *text = json_text();
    assert_int_equal(count(text, "\"message\":\"63 %\"}"), 1);
    assert_int_equal(count(text, "\"category\":\"alert\""), 3);
    assert_int_equal(count(text, "\"alert\":\"quota_use\",\"threshold\":60,\"message\":\"6"), 3);
    free(text);
}

static void wipes_the_progress_line(void **state) {
    (void)state;
    struct unit_told told;
    configure(LOG_LEVEL_INFO, -1, true);
    told_begin(&told);
    log_info("run", "hello");
    assert_int_equal(strncmp(told_end(&told), "\r\033[L", 4), 0);
}

// A message too long is cut, but stays one line, and text.
static void cuts_long_messages(void **state) {
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct unit_told told;
        char message[6000] = "";
        memset(message, 'x', shift);
        for (size_t at = shift; at + 4 < sizeof(message); at += 4) {
            memcpy(message + at, "\xf0\x9f\x8e\xb8", 5);
        }
        configure(LOG_LEVEL_INFO, json_file, false);
        assert_int_equal(ftruncate(json_file, 0), 0);
        assert_int_equal(lseek(json_file, 0, SEEK_SET), 0);
        told_begin(&told);
        log_info("run", "%s", message);
        const char *text = told_end(&told);
        size_t length = strlen(text);
        assert_in_range(length, 1500, 3000);
        assert_int_equal(count(text, "\n"), 1);
        assert_int_equal(text[length - 1], '\n');
        char *json = json_text();
        assert_int_equal(count(json, "\n"), 1);
        cJSON *event = cJSON_Parse(json);
        assert_non_null(event);
        cJSON_Delete(event);
        // Not in the middle of a character: a strict reader of the JSON log would stop there.
        assert_int_equal(utf8_span(json, strlen(json)), strlen(json));
        free(json);
    }
}

static void panic(void *context) {
    (void)context;
    log_panic("artist %d has two heads", 7);
}

static void a_panic_aborts(void **state) {
    (void)state;
    struct unit_told told;
    assert_true(child_panics(panic, NULL));
    // And says why.
    told_begin(&told);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        panic(NULL);
    }
    (void)child_end(pid);
    assert_non_null(strstr(told_end(&told), "FATAL: artist 7 has two heads\n"));
}

static void a_broken_log_ends_nothing(void **state) {
    (void)state;
    struct unit_told told;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    configure(LOG_LEVEL_INFO, full, false);
    told_begin(&told);
    log_info("run", "still here");
    log_info("run", "and here");
    const char *text = told_end(&told);
    assert_int_equal(count(text, " here\n"), 2);
    assert_int_equal(
        count(text,
              "WARNING: the log file cannot be written: No space left on device; lines are missing in it\n"),
        1);
    (void)close(full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_people_what_they_asked_for),
        cmocka_unit_test_setup_teardown(the_file_has_all_as_json_lines, open_json, close_json),
        cmocka_unit_test_setup_teardown(an_event_has_members_of_its_own, open_json, close_json),
        cmocka_unit_test(wipes_the_progress_line),
        cmocka_unit_test_setup_teardown(cuts_long_messages, open_json, close_json),
        cmocka_unit_test(a_panic_aborts),
        cmocka_unit_test(a_broken_log_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
