#include "control/run_folder.h"

#include "control/run_list.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <cmocka.h>

#define ONE "20260131T235959-0123ab"
#define TWO "20260131T235959-0123cd"
#define THREE "20260201T000000-ffffff"

static struct unit_directory directory;
static char place[128];

static int set_up(void **state) {
    (void)state;
    directory_make(&directory);
    (void)snprintf(place, sizeof(place), "%s/run", directory.path);
    return setenv("RATION_RUNTIME_DIR", place, 1);
}

static int tear_down(void **state) {
    (void)state;
    directory_remove(&directory);
    return unsetenv("RATION_RUNTIME_DIR");
}

static mode_t mode_of(const char *path) {
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status.st_mode & 07777;
}

static struct run_info info_of(const char *run_id) {
    struct run_info info = {
        .pid = 12, .input = "-", .arena = "/ration-1-2", .started = "2026-01-31T23:59:59.000Z"};
    (void)snprintf(info.run_id, sizeof(info.run_id), "%s", run_id);
    (void)snprintf(info.output, sizeof(info.output), "/data/%s.jsonl", run_id);
    return info;
}

static void begin(struct run_folder *folder, const char *run_id) {
    struct run_info info = info_of(run_id);
    assert_int_equal(run_folder_make(folder, run_id), 0);
    assert_int_equal(run_folder_write(folder, &info), 0);
}

// As a killed run leaves it.
static void die(struct run_folder *folder) {
    int base = folder->base;
    run_folder_close(folder);
    (void)close(base);
}

static void places(void **state) {
    (void)state;
    struct runtime_places list;
    runtime_places_list("/here", "/run/user/7", 7, &list);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.place[0].path, "/here");
    runtime_places_list(NULL, "/xdg", 7, &list);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.place[0].path, "/xdg/ration");
    assert_string_equal(list.place[1].path, "/run/user/7/ration");
    assert_string_equal(list.place[2].path, "/tmp/ration-7");
    runtime_places_list("", "/run/user/7", 7, &list);
    assert_int_equal(list.count, 2);
    runtime_places_list(NULL, "relative", 7, &list);
    assert_int_equal(list.count, 2);
    runtime_places_list("relative", NULL, 7, &list);
    assert_int_equal(list.count, 0);
}

static void run_ids(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      "20260131T235959-0123aB",
                                      "20260131T235959-0123ab ",
                                      "20260131T235959-0123a",
                                      "2026013-T235959-0123ab",
                                      "20260131T235959_0123ab",
                                      "20260131T235959-0123a/"};
    assert_true(run_info_is_run_id(ONE));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(run_info_is_run_id(bad[i]));
    }
}

static void info_survives_its_file(void **state) {
    (void)state;
    struct run_info info = info_of(ONE);
    struct run_info read;
    (void)snprintf(info.output, sizeof(info.output), "/a \"b\"\n\\c\xc3\xa9.jsonl");
    char *text = run_info_encode(&info);
    assert_non_null(text);
    assert_null(strchr(text, '\n'));
    assert_int_equal(run_info_decode(text, strlen(text), &read), 0);
    assert_string_equal(read.run_id, info.run_id);
    assert_int_equal(read.pid, info.pid);
    assert_string_equal(read.output, info.output);
    assert_string_equal(read.input, info.input);
    assert_string_equal(read.arena, info.arena);
    assert_string_equal(read.started, info.started);
    for (size_t length = 0; length < strlen(text); length++) {
        assert_int_equal(run_info_decode(text, length, &read), -1);
    }
    cJSON_free(text);
}

static void is_private_and_goes_at_the_end(void **state) {
    (void)state;
    struct run_folder folder;
    mode_t mask = umask(0);
    begin(&folder, ONE);
    (void)umask(mask);
    assert_int_equal(mode_of(place), 0700);
    assert_int_equal(mode_of(folder.path), 0700);
    char file[RUN_FOLDER_PATH_SIZE + 16];
    (void)snprintf(file, sizeof(file), "%s/run.json", folder.path);
    assert_int_equal(mode_of(file), 0600);
    run_folder_remove(&folder);
    assert_int_equal(access(file, F_OK), -1);
    assert_int_equal(rmdir(place), 0);
}

static void the_living_stay_and_the_dead_go(void **state) {
    (void)state;
    struct run_folder one, two, other;
    begin(&one, ONE);
    begin(&two, TWO);
    die(&two);
    char path[2][160];
    (void)snprintf(path[0], sizeof(path[0]), "%s/notes", place);
    (void)snprintf(path[1], sizeof(path[1]), "%s/%s", place, THREE);
    assert_int_equal(mkdir(path[0], 0700), 0);  // not a run's
    assert_int_equal(symlink("/", path[1]), 0); // nor this
    assert_int_equal(run_folder_open(one.base, place, TWO, &other), 0);
    assert_false(run_folder_alive(&other));
    run_folder_close(&other);
    struct run_list list;
    assert_int_equal(run_list_take(&list), 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.entry[0].info.run_id, ONE);
    run_list_free(&list);
    assert_int_equal(run_folder_open(one.base, place, TWO, &other), -1);
    assert_int_equal(access(path[0], F_OK), 0);
    assert_int_equal(run_folder_open(one.base, place, THREE, &other), -1);
    assert_int_equal(unlink(path[1]), 0);
    run_folder_remove(&one);
}

static void a_new_run_sweeps(void **state) {
    (void)state;
    struct run_folder dead, living;
    begin(&dead, ONE);
    char strange[RUN_FOLDER_PATH_SIZE + 16];
    (void)snprintf(strange, sizeof(strange), "%s/mine", dead.path);
    die(&dead);
    begin(&living, TWO);
    assert_int_equal(access(dead.path, F_OK), -1);
    run_folder_remove(&living);
    // What nobody of us put there is not touched.
    begin(&dead, ONE);
    assert_int_equal(close(open(strange, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
    die(&dead);
    begin(&living, TWO);
    assert_int_equal(access(strange, F_OK), 0);
    run_folder_remove(&living);
}

static void no_folder_that_others_could_touch(void **state) {
    (void)state;
    struct run_folder folder;
    char elsewhere[160];
    (void)snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", directory.path);
    assert_int_equal(mkdir(elsewhere, 0700), 0);
    assert_int_equal(symlink(elsewhere, place), 0);
    assert_int_equal(run_folder_make(&folder, ONE), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(unlink(place), 0);
    assert_int_equal(mkdir(place, 0700), 0);
    assert_int_equal(chmod(place, 0777), 0);
    assert_int_equal(run_folder_make(&folder, ONE), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(chmod(place, 0755), 0);
    assert_int_equal(run_folder_make(&folder, ONE), 0);
    assert_int_equal(chmod(folder.path, 0770), 0);
    struct run_folder other;
    assert_int_equal(run_folder_open(folder.base, place, ONE, &other), -1);
    assert_int_equal(errno, EPERM);
    run_folder_remove(&folder);
    if (geteuid() == 0) {
        assert_int_equal(chown(place, 12345, 12345), 0);
        assert_int_equal(run_folder_make(&folder, ONE), -1);
        assert_int_equal(errno, EPERM);
    }
}

static void a_long_path_still_has_an_address(void **state) {
    (void)state;
    char deep[200];
    (void)snprintf(deep, sizeof(deep), "%s/%0100d", directory.path, 0);
    assert_int_equal(mkdir(deep, 0700), 0);
    assert_int_equal(setenv("RATION_RUNTIME_DIR", deep, 1), 0);
    struct run_folder folder;
    struct sockaddr_un address;
    begin(&folder, ONE);
    run_folder_address(&folder, &address);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int caller = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listener, 1), 0);
    char path[RUN_FOLDER_PATH_SIZE + 16];
    (void)snprintf(path, sizeof(path), "%s/" RUN_FOLDER_SOCKET, folder.path);
    assert_int_equal(access(path, F_OK), 0);
    struct run_folder other;
    assert_int_equal(run_folder_open(folder.base, deep, ONE, &other), 0);
    run_folder_address(&other, &address);
    assert_int_equal(connect(caller, (const struct sockaddr *)&address, sizeof(address)), 0);
    run_folder_close(&other);
    assert_int_equal(close(caller), 0);
    assert_int_equal(close(listener), 0);
    run_folder_remove(&folder);
}

static void a_command_means_one_run(void **state) {
    (void)state;
    struct run_entry entry[3] = {{.info = info_of(ONE)}, {.info = info_of(TWO)}, {.info = info_of(THREE)}};
    struct run_list all = {.entry = entry, .count = 3};
    struct run_list first = {.entry = entry, .count = 1};
    struct run_list none = {0};
    size_t chosen = 9;
    assert_int_equal(run_list_choose(&none, NULL, NULL, &chosen), RUN_LIST_NONE);
    assert_int_equal(run_list_choose(&first, NULL, NULL, &chosen), RUN_LIST_ONE);
    assert_int_equal(chosen, 0);
    assert_int_equal(run_list_choose(&all, NULL, NULL, &chosen), RUN_LIST_SEVERAL);
    assert_int_equal(run_list_choose(&all, "", NULL, &chosen), RUN_LIST_NONE);
    assert_int_equal(run_list_choose(&all, TWO, NULL, &chosen), RUN_LIST_ONE);
    assert_int_equal(chosen, 1);
    assert_int_equal(run_list_choose(&all, "202602", NULL, &chosen), RUN_LIST_ONE);
    assert_int_equal(chosen, 2);
    assert_int_equal(run_list_choose(&all, "202601", NULL, &chosen), RUN_LIST_SEVERAL);
    assert_int_equal(run_list_choose(&all, "x", "/data/" TWO ".jsonl", &chosen), RUN_LIST_ONE);
    assert_int_equal(chosen, 1);
    assert_int_equal(run_list_choose(&all, "x", "/data/none", &chosen), RUN_LIST_NONE);
    assert_int_equal(run_list_choose(&first, "x", NULL, &chosen), RUN_LIST_NONE);
    struct unit_told told;
    told_begin(&told);
    assert_null(run_list_find(&all, NULL));
    const char *text = told_end(&told);
    assert_non_null(strstr(text, "several runs are at work"));
    assert_non_null(strstr(text, ONE));
    assert_non_null(strstr(text, "/data/" THREE ".jsonl"));
    told_begin(&told);
    assert_null(run_list_find(&none, NULL));
    assert_non_null(strstr(told_end(&told), "no run of this user"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),
        cmocka_unit_test(run_ids),
        cmocka_unit_test(info_survives_its_file),
        cmocka_unit_test_setup_teardown(is_private_and_goes_at_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_living_stay_and_the_dead_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_run_sweeps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_folder_that_others_could_touch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_path_still_has_an_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_means_one_run, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
