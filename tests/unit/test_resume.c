#include "output/resume.h"

#include "output/result_rewrite.h"
#include "ration/result_line.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define TOTAL 10U // artists "a0" to "a9" in the input

#define ANSWER(id) \
    "{\"artist_id\":\"" id "\",\"artist_name\":\"N\",\"response_text\":\"T\",\"input_hash\":\"h-" id "\"}"
#define ERROR(id, class) "{\"artist_id\":\"" id "\",\"class\":\"" class "\",\"status\":400}"

static char folder[64];
static char output_name[96];
static char errors_name[96];
static char told[64 << 10];

// One run that is to be resumed.
struct scene {
    struct resume_config config;
    struct resume *resume;
    struct resume_counts counts;
    char board[TOTAL + 1]; // 'd', 'f' or '.' for each artist
};

static int put(const char *name, const char *text, size_t length) {
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0640);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), length);
    return fd;
}

static const char *content(const char *name) {
    static char text[4096];
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t got = read(fd, text, sizeof(text) - 1);
    assert_true(got >= 0);
    text[got] = '\0';
    close(fd);
    return text;
}

static void mark(void *context, uint32_t artist, enum board_verdict verdict) {
    struct scene *scene = context;
    assert_true(artist < scene->config.artists);
    assert_int_equal(scene->board[artist], '.');
    scene->board[artist] = verdict == BOARD_DONE ? 'd' : 'f';
}

static void capture(int start) {
    static int log = -1;
    static int real = -1;
    if (start) {
        log = memfd_create("log", MFD_CLOEXEC);
        real = dup(STDERR_FILENO);
        dup2(log, STDERR_FILENO);
        return;
    }
    dup2(real, STDERR_FILENO);
    ssize_t got = pread(log, told, sizeof(told) - 1, 0);
    told[got > 0 ? got : 0] = '\0';
    close(real);
    close(log);
}

static void begin(struct scene *scene, const char *output, size_t output_length, const char *errors) {
    memset(scene, 0, sizeof(*scene));
    memset(scene->board, '.', TOTAL);
    scene->config = (struct resume_config){
        .format = result_format_usual(),
        .output_fd = put(output_name, output, output_length),
        .output_name = output_name,
        .errors_fd = errors == NULL ? -1 : put(errors_name, errors, strlen(errors)),
        .errors_name = errors_name,
        .ids = id_table_new(),
        .artists = TOTAL,
    };
    for (uint32_t i = 0; i < TOTAL; i++) {
        char id[8];
        int length = snprintf(id, sizeof(id), "a%u", i);
        assert_int_equal(id_table_add(scene->config.ids, id, (size_t)length, i), 0);
    }
}

static void scan(struct scene *scene) {
    capture(1);
    scene->resume = resume_scan(&scene->config);
    capture(0);
    if (scene->resume != NULL) {
        scene->counts = resume_counts(scene->resume);
        resume_mark(scene->resume, mark, scene);
    }
}

static bool repair(struct scene *scene) {
    struct resume_replaced replaced;
    capture(1);
    assert_int_equal(resume_repair(scene->resume, &(struct resume_locks){0}, &replaced), 0);
    capture(0);
    assert_int_equal(replaced.output, -1);
    if (replaced.errors >= 0) {
        close(replaced.errors);
    }
    return replaced.errors >= 0;
}

static void end(struct scene *scene) {
    resume_free(scene->resume);
    id_table_free(scene->config.ids);
    close(scene->config.output_fd);
    if (scene->config.errors_fd >= 0) {
        close(scene->config.errors_fd);
    }
    unlink(output_name);
    unlink(errors_name);
    // Nothing else was left in the folder.
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
}

static void assert_told(const char *text) {
    if (strstr(told, text) == NULL) {
        assert_string_equal(told, text);
    }
}

// Scanning finds it good, and repairing leaves the output as `after`.
static void resumes(const char *before, size_t length, const char *after, const char *board) {
    struct scene scene;
    begin(&scene, before, length, NULL);
    scan(&scene);
    assert_non_null(scene.resume);
    assert_string_equal(scene.board, board);
    assert_memory_equal(content(output_name), before, length);
    assert_false(repair(&scene));
    assert_string_equal(content(output_name), after);
    end(&scene);
}
#define RESUMES(before, after, board) resumes(before, sizeof(before) - 1, after, board)

// Scanning refuses it, with `message` behind the file's name, and changes nothing.
static void refuses(const char *output, size_t length, const char *errors, const char *name,
                    const char *message) {
    struct scene scene;
    char whole[256];
    begin(&scene, output, length, errors);
    scan(&scene);
    assert_null(scene.resume);
    snprintf(whole, sizeof(whole), "%s%s", name, message);
    assert_told(whole);
    assert_memory_equal(content(output_name), output, length);
    if (errors != NULL) {
        assert_string_equal(content(errors_name), errors);
    }
    end(&scene);
}
#define REFUSES(output, message) refuses(output, sizeof(output) - 1, NULL, output_name, message)

static void finds_what_is_done(void **state) {
    (void)state;
    RESUMES("", "", "..........");
    RESUMES(ANSWER("a3") "\n" ANSWER("a0") "\n", ANSWER("a3") "\n" ANSWER("a0") "\n", "d..d......");
    // Written by other hands: other order, blanks, escapes, CRLF.
    RESUMES(
        "{ \"response_text\":\"x\", \"artist_id\": \"\\u0061\\u0031\" }\r\n{\"artist_id\":\"\\u00612\"}\n",
        "{ \"response_text\":\"x\", \"artist_id\": \"\\u0061\\u0031\" }\r\n{\"artist_id\":\"\\u00612\"}\n",
        ".dd.......");
}

static void mends_tails(void **state) {
    (void)state;
    static const char line[] = ANSWER("a1") "\n";
    char text[sizeof(line) + 256];
    // A line cut at each byte.
    for (size_t cut = 1; cut < sizeof(line) - 2; cut++) {
        int length = snprintf(text, sizeof(text), "%s%.*s", ANSWER("a7") "\n", (int)cut, line);
        resumes(text, (size_t)length, ANSWER("a7") "\n", ".......d..");
        assert_told(": cut ");
        resumes(line, cut, "", "..........");
    }
    // Whole but for the newline: kept, not paid for again.
    RESUMES(ANSWER("a7") "\n" ANSWER("a1"), ANSWER("a7") "\n" ANSWER("a1") "\n", ".d.....d..");
    assert_told(": added the newline");
    // What a machine's crash leaves.
    RESUMES(ANSWER("a7") "\n"
                         "{\"artist_id\":\"a1\",\"ar\0\0\0\0\0\0\0\0",
            ANSWER("a7") "\n", ".......d..");
    RESUMES(ANSWER("a7") "\n"
                         "\0\0\0\0\0\0\0\0",
            ANSWER("a7") "\n", ".......d..");
    // A tail that is whole JSON but not an answer.
    RESUMES("{\"artist_id\":\"a1\"}", "", "..........");
}

static void refuses_foreign_output(void **state) {
    (void)state;
    REFUSES(ANSWER("a1") "\n" ANSWER("b5") "\n" ANSWER("b6") "\n",
            ":2: artist_id \"b5\" is not in the input (2 such lines)");
    REFUSES(ANSWER("a1") "\n" ANSWER("a2") "\n" ANSWER("a1") "\n",
            ":3: artist_id \"a1\" is already on line 1 (1 such");
    REFUSES(ANSWER("a1") "\nnot json\n" ANSWER("a2") "\n", ":2: is not an answer line");
    REFUSES(ANSWER("a1") "\n\n" ANSWER("a2") "\n", ":2: is not an answer line");
    REFUSES(ANSWER("a1") "\n{\"artist_id\":\"a2\",\"resp\n" ANSWER("a3") "\n", ":2: is not an answer line");
    REFUSES("{\"artist_id\":\"a2\",\"artist_na" ANSWER("a3") "\n", ":1: is not an answer line");
    REFUSES("{\"artist_id\":5}\n", ":1: is not an answer line");
    REFUSES("my notes\n", ":1: is not an answer line");
    REFUSES("my notes", ":1: is not an answer line"); // no tail of ours: not cut
    REFUSES("{\"name\":\"a2\"", ":1: is not an answer line");
}

static void keeps_refused_and_asks_others_again(void **state) {
    (void)state;
    struct scene scene;
    const char *errors = ERROR("a0", "refused") "\n" ERROR("a1", "server_fault") "\n" ERROR(
        "a2", "worker_crash") "\n" ERROR("a3", "refused") "\n" ERROR("a4", "refused") "\n";
    begin(&scene, ANSWER("a3") "\n", sizeof(ANSWER("a3")), errors);
    scan(&scene);
    assert_non_null(scene.resume);
    assert_string_equal(scene.board, "f..df.....");
    assert_int_equal(scene.counts.done, 1);
    assert_int_equal(scene.counts.failed, 2);
    assert_int_equal(scene.counts.again, 2);
    assert_string_equal(content(errors_name), errors);
    assert_true(repair(&scene));
    // The answer of a3 wins over its error.
    assert_string_equal(content(errors_name), ERROR("a0", "refused") "\n" ERROR("a4", "refused") "\n");
    struct stat status;
    assert_int_equal(stat(errors_name, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    end(&scene);
}

// Also those of lines that go: what was spent stays spent.
static void sums_up_what_lines_cost(void **state) {
    (void)state;
    struct scene scene;
    static const char output[] =
        "{\"artist_id\":\"a0\",\"artist_name\":\"N\",\"input\":{\"u\":{},\"cost\":7,\"attempts\":1},"
        "\"response_text\":"
        "\"T\",\"cost\":0.00000125,\"attempts\":1,\"input_hash\":\"h\"}\n"
        "{\"artist_id\":\"a1\",\"artist_name\":\"N\",\"input\":{\"u\":{},\"cost\":7,\"attempts\":1},"
        "\"response_text\":"
        "\"T\",\"attempts\":1,\"input_hash\":\"h\"}\n"
        "{\"artist_id\":\"a2\",\"artist_name\":\"N\",\"response_text\":\"T\",\"cost\":2,\"attempts\":1}\n";
    begin(&scene, output, sizeof(output) - 1,
          "{\"artist_id\":\"a3\",\"class\":\"refused\",\"cost\":0.000000001,\"attempts\":1}\n"
          "{\"artist_id\":\"a4\",\"class\":\"server_fault\",\"cost\":0.5,\"attempts\":3}\n"
          "{\"artist_id\":\"a2\",\"class\":\"server_fault\",\"cost\":0.25,\"attempts\":3}\n");
    scan(&scene);
    assert_non_null(scene.resume);
    assert_int_equal(scene.counts.again, 1);
    assert_int_equal(scene.counts.cost, 1250 + 2000000000ULL + 1 + 500000000 + 250000000);
    end(&scene);
}

static void retries_as_told(void **state) {
    (void)state;
    static const struct {
        struct outcome_retry retry;
        const char *board;
    } cases[] = {{{.which = OUTCOME_AGAIN_ALL}, ".........."},
                 {{.which = OUTCOME_AGAIN_NONE}, "fff......."},
                 {{.which = OUTCOME_AGAIN_USUAL}, "f........."},
                 {{OUTCOME_AGAIN_LISTED, 1U << OUTCOME_REFUSED | 1U << OUTCOME_NETWORK_FAULT}, ".f........"}};
    for (size_t i = 0; i < 4; i++) {
        struct scene scene;
        begin(&scene, "", 0,
              ERROR("a0", "refused") "\n" ERROR("a1", "server_fault") "\n" ERROR("a2", "network_fault") "\n");
        scene.config.retry = cases[i].retry;
        scan(&scene);
        assert_non_null(scene.resume);
        assert_string_equal(scene.board, cases[i].board);
        assert_int_equal(repair(&scene), cases[i].retry.which != OUTCOME_AGAIN_NONE);
        end(&scene);
    }
}

static void mends_the_errors_file(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, "", 0,
          ERROR("a0", "refused") "\n"
                                 "{\"artist_id\":\"a1\",\"cla");
    scan(&scene);
    assert_string_equal(scene.board, "f.........");
    assert_false(repair(&scene));
    assert_string_equal(content(errors_name), ERROR("a0", "refused") "\n");
    end(&scene);
    begin(&scene, "", 0, ERROR("a0", "refused") "\n" ERROR("a1", "refused"));
    scan(&scene);
    assert_string_equal(scene.board, "ff........");
    assert_false(repair(&scene));
    assert_string_equal(content(errors_name), ERROR("a0", "refused") "\n" ERROR("a1", "refused") "\n");
    end(&scene);
    // Rewriting leaves the torn tail out as well, and a leftover of an earlier attempt does not matter.
    char leftover[128];
    snprintf(leftover, sizeof(leftover), "%s" RESULT_REWRITE_SUFFIX, errors_name);
    close(put(leftover, "leftover", 8));
    begin(&scene, "", 0,
          ERROR("a0", "server_fault") "\n" ERROR("a2", "refused") "\n"
                                                                  "{\"artist_id\":\"a1\",\"cla");
    scan(&scene);
    assert_true(repair(&scene));
    assert_string_equal(content(errors_name), ERROR("a2", "refused") "\n");
    end(&scene);
}

static void refuses_foreign_errors(void **state) {
    (void)state;
    refuses("", 0, ERROR("b1", "refused") "\n", errors_name, ":1: artist_id \"b1\" is not in the input");
    refuses("", 0, ERROR("a1", "refused") "\n" ERROR("a1", "refused") "\n", errors_name,
            ":2: artist_id \"a1\" is already on line 1");
    refuses("", 0, ANSWER("a1") "\n", errors_name, ":1: is not an error line");
    // The output's torn tail is not touched when the errors file is refused.
    refuses("{\"artist_id\":\"a1\",", 18, "notes\n", errors_name, ":1: is not an error line");
}

static void leaves_what_is_beyond_the_limit(void **state) {
    (void)state;
    struct scene scene;
    const char *errors =
        ERROR("a1", "server_fault") "\n" ERROR("a7", "server_fault") "\n" ERROR("a8", "refused") "\n";
    begin(&scene, ANSWER("a0") "\n" ANSWER("a9") "\n", sizeof(ANSWER("a0") "\n" ANSWER("a9")), errors);
    scene.config.artists = 5;
    scan(&scene);
    assert_non_null(scene.resume);
    assert_string_equal(scene.board, "d.........");
    assert_int_equal(scene.counts.done, 1);
    assert_int_equal(scene.counts.beyond, 1);
    assert_int_equal(scene.counts.failed, 0);
    assert_int_equal(scene.counts.again, 1);
    assert_true(repair(&scene));
    assert_string_equal(content(errors_name), ERROR("a7", "server_fault") "\n" ERROR("a8", "refused") "\n");
    end(&scene);
}

static void reads_input_hashes(void **state) {
    (void)state;
    const char *hash;
    size_t length;
    static const char line[] =
        "{\"artist_id\":\"1\",\"response_text\":\",\\\"input_hash\\\":\\\"no\",\"input_hash\":\"yes\"}";
    assert_true(result_line_input_hash(result_format_usual(), line, sizeof(line) - 1, &hash, &length));
    assert_int_equal(length, 3);
    assert_memory_equal(hash, "yes", 3);
    assert_false(result_line_input_hash(result_format_usual(), "{}", 2, &hash, &length));
}

static int make_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/ration-unit-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(output_name, sizeof(output_name), "%s/out.jsonl", folder);
    snprintf(errors_name, sizeof(errors_name), "%s/out.errors.jsonl", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_done),
        cmocka_unit_test(mends_tails),
        cmocka_unit_test(refuses_foreign_output),
        cmocka_unit_test(keeps_refused_and_asks_others_again),
        cmocka_unit_test(retries_as_told),
        cmocka_unit_test(sums_up_what_lines_cost),
        cmocka_unit_test(mends_the_errors_file),
        cmocka_unit_test(refuses_foreign_errors),
        cmocka_unit_test(leaves_what_is_beyond_the_limit),
        cmocka_unit_test(reads_input_hashes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
