// Which arenas of killed runs may be cleared away: those that no --resume can ask any more, and no others.
#include "output/stale_search.h"

#include "ration/arena.h"
#include "unit_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct unit_directory directory;
static const struct timespec for_ever = {.tv_sec = INT32_MAX};

static int set_up(void **state) {
    (void)state;
    directory_make(&directory);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

static void decides_by_what_is_known(void **state) {
    (void)state;
    static const struct {
        struct stale_arenas_facts facts;
        bool useless;
    } cases[] = {
        {{STALE_ARENAS_SAME, false, STALE_ARENAS_NOWHERE, 1 << 30}, false}, // --resume will ask it
        {{STALE_ARENAS_UNKNOWN, false, STALE_ARENAS_NOWHERE, 1 << 30},
         false}, // a folder that is closed for now
        {{STALE_ARENAS_GONE, false, STALE_ARENAS_NOWHERE, 0}, true},
        {{STALE_ARENAS_GONE, false, STALE_ARENAS_FOUND, 1 << 30}, false}, // moved
        {{STALE_ARENAS_GONE, false, STALE_ARENAS_UNSURE, 3600}, false},
        {{STALE_ARENAS_GONE, false, STALE_ARENAS_UNSURE, 8 * 86400}, true},
        {{STALE_ARENAS_GONE, false, STALE_ARENAS_UNSURE, -8 * 86400}, false}, // the clock was put back
        {{STALE_ARENAS_OTHER, false, STALE_ARENAS_NOWHERE, 0}, true},         // deleted, and made anew
        {{STALE_ARENAS_OTHER, true, STALE_ARENAS_NOWHERE, 1 << 30}, false},   // a resume is replacing it
        {{STALE_ARENAS_OTHER, false, STALE_ARENAS_FOUND, 0}, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (stale_arenas_useless(&cases[i].facts) != cases[i].useless) {
            fail_msg("case %zu", i);
        }
    }
}

static void reads_the_names_of_arenas(void **state) {
    (void)state;
    dev_t device;
    ino_t inode;
    assert_true(stale_arenas_name("ration-fe00-a7c6fe", &device, &inode));
    assert_int_equal(device, 0xfe00);
    assert_int_equal(inode, 0xa7c6fe);
    assert_true(stale_arenas_name("ration-1-2-stale", &device, &inode));
    assert_int_equal(inode, 2);
    static const char *const others[] = {"",
                                         "ration-",
                                         "ration-1",
                                         "ration-1-",
                                         "ration--1",
                                         "ration-1-2-",
                                         "ration-1-2-stale-",
                                         "ration-1-2x",
                                         "ration-G-2",
                                         "ration-1-2/..",
                                         "Ration-1-2",
                                         "ration-settings",
                                         "ration-11111111111111111-2",
                                         "sem.ration-1-2",
                                         "ration-1 2"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(stale_arenas_name(others[i], &device, &inode));
    }
}

// What arena_name() makes is what is read.
static void reads_what_arenas_are_called(void **state) {
    (void)state;
    char name[ARENA_NAME_SIZE];
    dev_t device;
    ino_t inode;
    arena_name(0xfd01, 123456789, name);
    assert_true(stale_arenas_name(name + 1, &device, &inode));
    assert_int_equal(device, 0xfd01);
    assert_int_equal(inode, 123456789);
}

static void path_to(const char *name, char out[512]) {
    (void)snprintf(out, 512, "%s/%s", directory.path, name);
}

static struct stat make(const char *name) {
    char path[512];
    struct stat status;
    path_to(name, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &status), 0);
    assert_int_equal(close(fd), 0);
    return status;
}

static void make_folder(const char *name) {
    char path[512];
    path_to(name, path);
    assert_int_equal(mkdir(path, 0700), 0);
}

static enum stale_arenas_search search(const char *path, dev_t device, ino_t inode,
                                       const struct timespec *made, uint32_t most) {
    struct stale_search bounds = {.left = most, .not_after = *made};
    return stale_search(&bounds, path, device, inode);
}

static enum stale_arenas_search look(const char *name, const struct stat *status, uint32_t most) {
    char path[512];
    path_to(name, path);
    return search(path, status->st_dev, status->st_ino, &for_ever, most);
}

static void finds_what_was_moved(void **state) {
    (void)state;
    char from[512], to[512];
    make_folder("a");
    make_folder("a/b");
    make_folder("c");
    struct stat status = make("a/b/out");
    path_to("a/b/out", from);
    static const char *const places[] = {"a/b/renamed", "a/up", "a/b/.hidden"};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        path_to(places[i], to);
        assert_int_equal(rename(from, to), 0);
        assert_int_equal(look("a/b/out", &status, 1000), STALE_ARENAS_FOUND);
        (void)snprintf(from, sizeof(from), "%s", to);
    }
    // Its folder was renamed.
    char old[512];
    path_to("a", old);
    path_to("z", to);
    assert_int_equal(rename(old, to), 0);
    assert_int_equal(look("a/b/out", &status, 1000), STALE_ARENAS_FOUND);
}

static void knows_what_is_gone_and_what_it_did_not_see(void **state) {
    (void)state;
    char path[512];
    make_folder("a");
    make_folder("a/b");
    struct stat status = make("a/b/out");
    make("a/b/other");
    path_to("a/b/out", path);
    struct stat elsewhere = status;
    elsewhere.st_dev ^= 1;
    assert_int_equal(look("a/b/out", &elsewhere, 1000), STALE_ARENAS_UNSURE); // that file system is not here
    assert_int_equal(unlink(path), 0);
    assert_int_equal(look("a/b/out", &status, 1000), STALE_ARENAS_NOWHERE);
    assert_int_equal(look("a/b/out", &status, 1), STALE_ARENAS_UNSURE); // not looked at all
    assert_int_equal(search("/nowhere-at-all/out", status.st_dev, status.st_ino, &for_ever, 1000),
                     STALE_ARENAS_UNSURE);
    // The inode was given to a new file: that is not the one that is looked for.
    path_to("a/b/out", path);
    struct stat again = make("a/b/new");
    const struct timespec made = {.tv_sec = 1000};
    struct statx born;
    char fresh[512];
    path_to("a/b/new", fresh);
    if (statx(AT_FDCWD, fresh, 0, STATX_BTIME, &born) == 0 && (born.stx_mask & STATX_BTIME) != 0) {
        assert_int_equal(search(path, again.st_dev, again.st_ino, &made, 1000), STALE_ARENAS_NOWHERE);
    }
    assert_int_equal(look("a/b/out", &again, 1000), STALE_ARENAS_FOUND);
    assert_int_equal(unlink(fresh), 0);
    // A symbolic link is not followed: it may go round.
    path_to("a/b/round", path);
    assert_int_equal(symlink("..", path), 0);
    assert_int_equal(look("a/b/out", &status, 1000), STALE_ARENAS_NOWHERE);
}

// As long as one process of a run lives that has it mapped, whatever it has closed.
static void an_arena_is_abandoned_when_nobody_has_it_mapped(void **state) {
    (void)state;
    char name[ARENA_NAME_SIZE];
    (void)snprintf(name, sizeof(name), "/ration-unit-%d", (int)getpid());
    struct arena_config config = {
        .name = name, .run_id = "unit", .output = "/data/out.jsonl", .artists = 1, .slots = 1, .sessions = 1};
    struct arena *arena = arena_create(&config);
    assert_non_null(arena);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t worker = fork();
    assert_true(worker >= 0);
    if (worker == 0) {
        char byte;
        struct arena *own = arena_attach_fd(dup(arena_fd(arena)));
        // its coordinator's mapping went with exec in real life; the lock is held by this one as well
        (void)close(arena_fd(arena));
        (void)close(ends[1]);
        _exit(own != NULL && read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    (void)close(ends[0]);
    struct arena *looker = arena_open(name, false);
    assert_non_null(looker);
    assert_string_equal(arena_output(looker), "/data/out.jsonl");
    assert_false(arena_abandoned(looker));
    arena_close(arena); // the coordinator has died
    assert_false(arena_abandoned(looker));
    int status;
    (void)close(ends[1]);
    assert_int_equal(waitpid(worker, &status, 0), worker);
    assert_int_equal(status, 0);
    assert_true(arena_abandoned(looker));
    struct arena *second = arena_open(name, false);
    assert_non_null(second);
    assert_false(arena_abandoned(second)); // one at a time clears away
    arena_close(second);
    arena_close(looker);
    assert_int_equal(arena_remove(name), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_by_what_is_known),
        cmocka_unit_test(reads_the_names_of_arenas),
        cmocka_unit_test(reads_what_arenas_are_called),
        cmocka_unit_test_setup_teardown(finds_what_was_moved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_what_is_gone_and_what_it_did_not_see, set_up, tear_down),
        cmocka_unit_test(an_arena_is_abandoned_when_nobody_has_it_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
