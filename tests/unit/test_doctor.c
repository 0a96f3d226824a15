// What ration doctor says of the machine and of the way to the API, from what was found.
#include "begin/doctor_api.h"
#include "begin/doctor_machine.h"
#include "ration/log.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct doctor_machine sound = {
    .folder = "/data",
    .folder_writable = true,
    .disk_free = 5ULL << 30,
    .shared_needed = 3ULL << 20,
    .descriptors = DOCTOR_MACHINE_NO_LIMIT,
    .file_size = DOCTOR_MACHINE_NO_LIMIT,
    .address_space = DOCTOR_MACHINE_NO_LIMIT,
    .processor_seconds = DOCTOR_MACHINE_NO_LIMIT,
    .memory_available = 8ULL << 30,
    .terminal = {.is = true, .steers = true, .colours = true, .width = 100, .height = 40},
};

static struct doctor_report report;
static char *text;
static size_t size;

static void begin(void) {
    report = (struct doctor_report){.out = open_memstream(&text, &size), .heard = -1};
    assert_non_null(report.out);
}

// The line `line` was said, and so many of each grade were.
static void said(const char *line, unsigned warn, unsigned wrong) {
    assert_int_equal(fclose(report.out), 0);
    if (strstr(text, line) == NULL || report.count[DOCTOR_WARN] != warn ||
        report.count[DOCTOR_WRONG] != wrong) {
        fail_msg("\"%s\", %u warn and %u wrong expected, not:\n%s", line, warn, wrong, text);
    }
    free(text);
    text = NULL;
}

static void tells_of_the_machine(void **state) {
    (void)state;
    struct doctor_machine machine = sound;
#define MACHINE(change, line, warn, wrong)      \
    do {                                        \
        machine = sound;                        \
        change;                                 \
        begin();                                \
        doctor_machine_tell(&machine, &report); \
        said(line, warn, wrong);                \
    } while (0)
    MACHINE((void)0, "ok     disk          5120 MB are free in /data\n", 0, 0);
    MACHINE((void)0, "ok     /dev/shm      has the 3 MB that a run needs\n", 0, 0);
    MACHINE((void)0, "ok     ulimit -n     is enough for 1024 requests at once of each worker\n", 0, 0);
    MACHINE((void)0, "ok     terminal      100 columns, 40 lines\n", 0, 0);
    MACHINE(machine.folder_writable = false, "wrong  disk          /data cannot be written to", 0, 1);
    MACHINE(machine.disk_free = 100 << 20, "warn   disk          100 MB are free in /data; a run waits", 1,
            0);
    MACHINE(machine.disk_needed = 3ULL << 30, "MB are free in /data, the output needs about 3073\n", 0, 0);
    MACHINE(machine.disk_needed = 6ULL << 30, "about 6145; a run waits when there is no room", 1, 0);
    MACHINE(machine.shared_error = ENOSPC, "wrong  /dev/shm      a run needs 3 MB of it: No space left", 0,
            1);
    MACHINE(machine.descriptors = 1104, "ok     ulimit -n", 0, 0);
    MACHINE(machine.descriptors = 1103, "warn   ulimit -n     1103 let each worker have 1023 requests", 1, 0);
    MACHINE(machine.shared_error = EFBIG, "wrong  ulimit -f     a run needs a file of 3 MB", 0, 1);
    MACHINE(machine.descriptors = 80, "wrong  ulimit -n     80 are too few for any worker; raise it to 1104",
            0, 1);
    MACHINE((machine.descriptors = 200, machine.in_flight = 120), "ok     ulimit -n", 0, 0);
    MACHINE((machine.descriptors = 200, machine.in_flight = 121), "raise it to 201", 0, 1);
    MACHINE(machine.file_size = 1000, "warn   ulimit -f     is limited", 1, 0);
    MACHINE(machine.address_space = 1000, "warn   ulimit -v", 1, 0);
    MACHINE(machine.processor_seconds = 1000, "warn   ulimit -t", 1, 0);
    MACHINE(machine.memory_available = 100 << 20, "warn   memory        100 MB are available", 1, 0);
    MACHINE(machine.memory_available = 0, "ok     terminal", 0, 0); // nobody knows
    MACHINE(machine.terminal.is = false, "ok     terminal      there is none", 0, 0);
    MACHINE(machine.terminal.steers = false, "warn   terminal      it cannot be steered (TERM)", 1, 0);
    MACHINE(machine.terminal.width = 79, "warn   terminal      79 columns", 1, 0);
    MACHINE(machine.terminal.colours = false, "no colours", 0, 0);
}

static void tells_of_the_api(void **state) {
    (void)state;
    static const struct doctor_api good = {
        .url = "https://api.example/v1",
        .model = "m",
        .keyed = true,
        .now = 1800000000,
        .look = {.answer = {.status = 200, .date = 1800000000},
                 .listed = true,
                 .models = {.readable = true, .whole = true, .found = true}},
    };
    struct doctor_api api;
#define API(change, line, warn, wrong)  \
    do {                                \
        api = good;                     \
        change;                         \
        begin();                        \
        doctor_api_tell(&api, &report); \
        said(line, warn, wrong);        \
    } while (0)
    API((void)0, "ok     API           https://api.example/v1 answers, status 200\n", 0, 0);
    API((void)0, "ok     key           the API takes it\n", 0, 0);
    API((void)0, "ok     model         m is there\n", 0, 0);
    API((void)0, "ok     clock         as the API's\n", 0, 0);
    API(api.session = "b", "ok     key           the API takes it, session b\n", 0, 0);
#define NOBODY(why) \
    (api.look.answer.status = 0, api.look.answer.trouble = (why), api.look.models = (struct models_list){0})
    API(NOBODY(PREFLIGHT_NO_HOST), "is there a name server", 2, 1);
    API(NOBODY(PREFLIGHT_NO_HOST), "warn   key           there is one; whether", 2, 1);
    API(NOBODY(PREFLIGHT_NO_HOST), "warn   model         whether there is m only", 2, 1);
    API(NOBODY(PREFLIGHT_NO_TRUST), "wrong  certificates", 2, 1);
    API(NOBODY(PREFLIGHT_NO_CONNECT), "a proxy needed", 2, 1);
    API((void)0, "ok     certificates  that of the API is trusted", 0, 0);
    API((api.look.answer.status = 401, api.look.refused = true, api.look.models.readable = false),
        "wrong  key           the API refuses it", 0, 1);
    API((api.look.answer.status = 401, api.keyless = true), "status 401", 0, 0);
    API((api.look.answer.status = 403, api.look.narrow = true), "ok     key           it may not list models",
        0, 0);
    API(api.keyed = false, "ok     key           none is sent", 0, 0);
    API((api.look.answer.status = 404, api.look.models.readable = api.look.models.found = false),
        "warn   API           https://api.example/v1 answers, status 404; it has no list", 3, 0);
    API((api.look.answer.status = 404,
         api.look.listed = api.look.models.found = api.look.models.readable = false),
        "ok     API           https://api.example/v1 answers, status 404\n", 2, 0);
    API((api.look.answer.status = 404, api.look.below = true, api.look.models.readable = false),
        "status 404; the API is at /v1 below it", 1, 1);
    API((api.look.models = (struct models_list){.foreign = true}), "status 200 with what is no JSON", 2, 1);
    API((api.look.models = (struct models_list){.foreign = true}), "warn   key           there is one", 2, 1);
    API((api.look.models = (struct models_list){.whole = true}), "with what is no list of models", 3, 0);
    API((api.look.models = (struct models_list){.empty = true}), "ok     key           the API takes it", 1,
        0);
    API((api.look.answer.status = 403, (void)snprintf(api.look.words, 20, "not in Atlantis"),
         api.look.models.readable = api.look.models.found = false),
        "warn   API           https://api.example/v1 answers, status 403 (\"not in Atlantis\"); requests may",
        3, 0);
    API(api.look.answer.status = 308, "a run follows no redirect", 1, 1);
    API(api.look.answer.status = 503, "it has no room or fails at the moment", 2, 0);
    API(api.look.models.found = false, "wrong  model         the API has no m: choose another", 0, 1);
    API((api.look.models.found = false, (void)snprintf(api.look.models.near, 2, "n")),
        "; did you mean n? Choose another", 0, 1);
    API((api.look.models.found = api.look.models.whole = false), "warn   model         whether there is m", 1,
        0);
    API((void)snprintf(api.look.models.shutdown, 11, "2027-01-01"),
        "warn   model         m is shut down on 2027-01-01", 1, 0);
    API(api.model = NULL, "ok     model         that of the prompt", 0, 0);
    API(api.now += 60, "ok     clock", 0, 0);
    API(api.now += 61, "warn   clock         61 s ahead of", 1, 0);
    API(api.now -= 301, "warn   clock         301 s behind", 1, 0);
    API((api.now -= 301, api.signs = true), "wrong  clock         301 s behind", 0, 1);
    API(api.look.answer.date = 0, "ok     model", 0, 0);
}

// What the parts of a run say, each thing once.
static void what_is_heard_is_told_once(void **state) {
    (void)state;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(doctor_report_begin(&report, out), 0);
    log_info("config", "of no interest");
    assert_int_equal(doctor_report_hear(&report, "options"), 0);
    log_warn("config", "the model m is old: it ends");
    log_fatal("config", "the model m is old");
    assert_int_equal(doctor_report_hear(&report, "options"), 2); // although one begins as the other
    log_warn("config", "the model m is old: it ends");
    assert_int_equal(doctor_report_hear(&report, "key"), 0);
    doctor_report_end(&report);
    said("warn   options       the model m is old: it ends\nwrong  options       the model m is old\n", 1, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_the_machine),
        cmocka_unit_test(tells_of_the_api),
        cmocka_unit_test(what_is_heard_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
