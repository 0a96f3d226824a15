#include "input/identical.h"

#include "input/input_check.h"
#include "unit_directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// Enough that the tables use their temporary files.
#define MANY 150000U

static struct unit_directory directory;
static char variable_name[] = "v", variable_column[] = "name";

// An input of rows a0, a1, … whose requests are one letter each, and what they are to their groups.
struct scene {
    struct settings settings;
    struct input_index index;
    struct identical_input input;
    const char *parts; // of each row: a asked, l alone, d answered, n none
    char followed[64]; // by each row: its leader's letter from 'A' on, '.' without
    uint32_t follows;
};

static void begin(struct scene *scene, const char *path, uint64_t limit) {
    *scene = (struct scene){.parts = NULL};
    scene->settings.prompt_id = (char *)(uintptr_t) "p";
    scene->settings.variables = 1;
    scene->settings.variable[0].name = variable_name;
    scene->settings.variable[0].column = variable_column;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(input_check(fd, "in.csv", SETTINGS_CSV, NULL, NULL, limit, &scene->index, NULL), 0);
    scene->input = (struct identical_input){fd, "in.csv", &scene->index, &scene->settings};
}

static void end(struct scene *scene) {
    close(scene->input.fd);
    input_index_free(&scene->index);
}

static const char *write_rows(const char *requests) {
    char csv[4096] = "artist_id,name,data\n";
    for (size_t i = 0; requests[i] != '\0'; i++) {
        size_t length = strlen(csv);
        (void)snprintf(csv + length, sizeof(csv) - length, "a%zu,%c,\"other\ndata %zu\"\n", i, requests[i],
                       i);
    }
    return directory_write(&directory, "in.csv", csv, strlen(csv));
}

static enum identical_part part_of(void *context, uint32_t artist) {
    const struct scene *scene = context;
    switch (scene->parts[artist]) {
    case 'a':
        return IDENTICAL_ASKED;
    case 'l':
        return IDENTICAL_ALONE;
    case 'd':
        return IDENTICAL_ANSWERED;
    default:
        return IDENTICAL_NONE;
    }
}

static void follow(void *context, uint32_t artist, uint32_t leader) {
    struct scene *scene = context;
    scene->followed[artist] = (char)('A' + leader);
    scene->follows++;
}

// What the leaders' ids lead to must be what was told.
static void assert_rings(struct scene *scene, const struct identical *identical) {
    char found[64];
    uint32_t last = 0;
    memset(found, '.', sizeof(found));
    for (uint32_t row = 0; row < scene->index.artists; row++) {
        char id[16];
        int length = snprintf(id, sizeof(id), "a%u", row);
        const struct identical_follower *follower = identical_first(identical, id, (size_t)length);
        for (last = 0; follower != NULL; follower = identical_next(identical, follower)) {
            assert_true(follower->artist >= last);
            last = follower->artist;
            assert_int_equal(found[follower->artist], '.');
            found[follower->artist] = (char)('A' + row);
        }
    }
    assert_memory_equal(found, scene->followed, scene->index.artists);
}

static void leads_and_follows(void **state) {
    (void)state;
    static const struct {
        const char *requests, *parts, *followed;
    } cases[] = {
        {"abc", "aaa", "..."},
        {"aaa", "aaa", ".AA"},
        {"abab", "aaaa", "..AB"},
        {"aaab", "adaa", "B.B."}, // one with an answer leads before those without
        {"aaaa", "addd", "B..."}, // those that have their own need none
        {"aaa", "naa", "..B"},    // who takes no part leads nobody
        {"aaa", "nna", "..."},    // nor needs anybody
        {"aaa", "laa", ".AA"},    // who does not follow may lead
        {"aaa", "ala", "..A"},    // and does not follow
        {"aaaa", "llad", "..D."}, // nor when there is an answer
        {"bacabcb", "aaaaaaa", "...BACA"},
        {"aaa", "nnn", "..."},
        {"aaa", "ddd", "..."},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene;
        struct identical *identical;
        begin(&scene, write_rows(cases[i].requests), 0);
        scene.parts = cases[i].parts;
        memset(scene.followed, '.', sizeof(scene.followed));
        const struct identical_calls calls = {part_of, follow, &scene};
        assert_int_equal(identical_find(&scene.input, &calls, &identical), 0);
        scene.followed[scene.index.artists] = '\0';
        assert_string_equal(scene.followed, cases[i].followed);
        assert_int_equal(scene.follows > 0, identical != NULL);
        if (identical != NULL) {
            assert_int_equal(identical_followers(identical), scene.follows);
            assert_rings(&scene, identical);
        }
        identical_free(identical);
        end(&scene);
    }
}

static void tells_where_a_follower_stands(void **state) {
    (void)state;
    struct scene scene;
    struct identical *identical;
    const char *path = write_rows("aba");
    begin(&scene, path, 0);
    scene.parts = "aaa";
    const struct identical_calls calls = {part_of, follow, &scene};
    assert_int_equal(identical_find(&scene.input, &calls, &identical), 0);
    const struct identical_follower *follower = identical_first(identical, "a0", 2);
    assert_non_null(follower);
    assert_int_equal(follower->artist, 2);
    assert_int_equal(follower->line, 6); // the records before it have two lines each
    char at[2];
    assert_int_equal(pread(scene.input.fd, at, sizeof(at), (off_t)follower->offset), sizeof(at));
    assert_memory_equal(at, "a2", 2);
    assert_null(identical_first(identical, "a1", 2));
    assert_null(identical_first(identical, "a2", 2));
    assert_null(identical_first(identical, "none", 4));
    identical_free(identical);
    end(&scene);
}

static void counts_what_is_saved(void **state) {
    (void)state;
    struct scene scene;
    uint32_t followers;
    const char *path = write_rows("aabbbc");
    begin(&scene, path, 0);
    assert_int_equal(identical_count(&scene.input, &followers), 0);
    assert_int_equal(followers, 3);
    end(&scene);
    begin(&scene, path, 4); // those beyond the limit of the run are none of it
    assert_int_equal(identical_count(&scene.input, &followers), 0);
    assert_int_equal(followers, 2);
    end(&scene);
}

static void finds_many(void **state) {
    (void)state;
    struct scene scene;
    uint32_t followers;
    const char *path = directory_file(&directory, "many.csv");
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs("artist_id,name,data\n", out);
    for (uint32_t i = 0; i < MANY; i++) {
        fprintf(out, "a%u,n%u,d\n", i, i % (MANY / 3));
    }
    assert_int_equal(fclose(out), 0);
    begin(&scene, path, 0);
    assert_int_equal(identical_count(&scene.input, &followers), 0);
    assert_int_equal(followers, MANY - MANY / 3);
    end(&scene);
}

static void notices_that_the_input_has_changed(void **state) {
    (void)state;
    struct scene scene;
    uint32_t followers;
    const char *path = write_rows("aaaa");
    begin(&scene, path, 0);
    assert_int_equal(truncate(path, 60), 0);
    assert_int_equal(identical_count(&scene.input, &followers), -1);
    end(&scene);
}

static int make_directory(void **state) {
    (void)state;
    directory_make(&directory);
    return 0;
}

static int remove_directory(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leads_and_follows),
        cmocka_unit_test(tells_where_a_follower_stands),
        cmocka_unit_test(counts_what_is_saved),
        cmocka_unit_test(finds_many),
        cmocka_unit_test(notices_that_the_input_has_changed),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
