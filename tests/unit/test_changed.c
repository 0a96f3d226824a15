#include "output/changed.h"

#include "input/input_check.h"
#include "output/result_rewrite.h"
#include "output/resume.h"
#include "ration/request.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>

// Enough that the tables of ids use their temporary files.
#define MANY 150000U

static struct unit_directory directory;
static struct unit_told told;

// An input, and the output of an earlier run of it.
struct scene {
    struct settings settings;
    struct input_index index;
    struct id_table *ids;
    struct changed_input input;
    const char *output_name, *errors_name;
    struct resume_config config;
    char *board;
};

static void mark(void *context, uint32_t artist, enum board_verdict verdict) {
    struct scene *scene = context;
    scene->board[artist] = verdict == BOARD_DONE ? 'd' : 'f';
}

static int open_file(const char *name, const char *text) {
    int fd = open(directory_write(&directory, name, text, strlen(text)), O_RDWR | O_APPEND | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void begin(struct scene *scene, const char *csv, const char *output, const char *errors,
                  uint64_t limit) {
    *scene = (struct scene){.settings = {.prompt_id = (char *)(uintptr_t) "p"}};
    int fd = open_file("in.csv", csv);
    assert_int_equal(input_check(fd, "in.csv", SETTINGS_CSV, NULL, NULL, limit, &scene->index, &scene->ids),
                     0);
    scene->input = (struct changed_input){fd, "in.csv", &scene->index, &scene->settings, false};
    scene->output_name = directory_file(&directory, "out.jsonl");
    scene->errors_name = directory_file(&directory, "out.errors.jsonl");
    scene->config = (struct resume_config){
        .format = result_format_usual(),
        .output_fd = open_file("out.jsonl", output),
        .output_name = scene->output_name,
        .errors_fd = errors == NULL ? -1 : open_file("out.errors.jsonl", errors),
        .errors_name = scene->errors_name,
        .ids = scene->ids,
        .artists = scene->index.artists,
        .input = &scene->input,
    };
    scene->board = calloc(scene->index.total + 1, 1);
    assert_non_null(scene->board);
    memset(scene->board, '.', scene->index.total);
}

static void end(struct scene *scene) {
    close(scene->input.fd);
    close(scene->config.output_fd);
    if (scene->config.errors_fd >= 0) {
        close(scene->config.errors_fd);
    }
    id_table_free(scene->ids);
    input_index_free(&scene->index);
    free(scene->board);
}

static struct resume *scan(struct scene *scene, bool redo) {
    scene->config.redo_changed = redo;
    told_begin(&told);
    struct resume *resume = resume_scan(&scene->config);
    (void)told_end(&told);
    if (resume != NULL) {
        resume_mark(resume, mark, scene);
    }
    return resume;
}

static void assert_told(const char *text) {
    if (strstr(told.text, text) == NULL) {
        assert_string_equal(told.text, text);
    }
}

// What is sent for a name and data with the prompt "p", as a hash.
static const char *hash_of(const char *name, const char *data) {
    static char out[8][REQUEST_HASH_SIZE];
    static unsigned next;
    const struct settings settings = {.prompt_id = (char *)(uintptr_t) "p"};
    const struct record record = {.name = {name, strlen(name)}, .data = {data, strlen(data)}};
    struct request_maker *maker = request_new(&settings, NULL);
    assert_non_null(maker);
    assert_int_equal(request_prepare(maker, &record), 0);
    char *hash = out[next++ % 8];
    request_hash(maker, hash);
    request_free(maker);
    return hash;
}

static void add_answer(FILE *out, const char *id, const char *hash) {
    fprintf(out, "{\"artist_id\":\"%s\",\"response_text\":\"T\"", id);
    if (hash != NULL) {
        fprintf(out, ",\"input_hash\":\"%s\"", hash);
    }
    fputs("}\n", out);
}

// a: unchanged, b: its data has changed, c: without a hash, d: a hash of another kind, e: an empty one, f:
// not answered, g: has the hash of a, h: unchanged.
static char *small_output(void) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    add_answer(out, "h", hash_of("H", "8"));
    add_answer(out, "d", "0123456789012345678901234567890123456789012345678901234567890123456789");
    add_answer(out, "a", hash_of("A", "1"));
    add_answer(out, "c", NULL);
    add_answer(out, "b", hash_of("B", "before"));
    add_answer(out, "g", hash_of("A", "1"));
    add_answer(out, "e", "");
    fclose(out);
    return text;
}

static const char small_input[] =
    "artist_id,name,data\na,A,1\nb,B,2\nc,C,3\nd,D,4\ne,E,5\nf,F,6\ng,G,7\nh,H,8\n";

static void finds_those_whose_hash_differs(void **state) {
    (void)state;
    struct scene scene;
    char *output = small_output();
    begin(&scene, small_input, output, NULL, 0);
    struct resume *resume = scan(&scene, false);
    assert_non_null(resume);
    assert_told("3 answered artists' input has changed since: b, d, g; --redo-changed asks them again");
    assert_string_equal(scene.board, "ddddd.dd");
    assert_int_equal(resume_counts(resume).changed, 3);
    assert_int_equal(resume_counts(resume).done, 7);
    for (uint32_t artist = 0; artist < scene.index.artists; artist++) {
        assert_int_equal(resume_fresh(resume, artist), "y......y"[artist] == 'y');
    }
    struct resume_replaced replaced;
    assert_int_equal(resume_repair(resume, &(struct resume_locks){0}, &replaced), 0);
    assert_int_equal(replaced.output, -1);
    resume_free(resume);
    end(&scene);
    free(output);
}

static void keeps_to_the_limit(void **state) {
    (void)state;
    struct scene scene;
    char *output = small_output();
    begin(&scene, small_input, output, NULL, 3);
    struct resume *resume = scan(&scene, true);
    assert_non_null(resume);
    assert_told("1 answered artists' input has changed since, they are asked again: b\n");
    assert_string_equal(scene.board, "d.d.....");
    assert_int_equal(resume_counts(resume).beyond, 4);
    resume_free(resume);
    end(&scene);
    free(output);
}

static int locked = -1;
static int refuse_lock;

static int lock(void *context, int fd) {
    (void)context;
    struct stat status;
    locked = fd;
    // Whole before it is locked, and not yet under the name.
    assert_int_equal(fstat(fd, &status), 0);
    assert_true(status.st_size > 0);
    assert_int_equal(status.st_nlink, 1);
    errno = EAGAIN;
    return refuse_lock ? -1 : 0;
}

static void removes_them_in_one_step(void **state) {
    (void)state;
    struct scene scene;
    struct resume_replaced replaced;
    char *output = small_output();
    char *read_back = NULL;
    struct stat old, new, named;
    // An error line of a changed artist goes with its answer; that of f stays.
    begin(&scene, small_input, output,
          "{\"artist_id\":\"b\",\"class\":\"refused\"}\n{\"artist_id\":\"f\",\"class\":\"refused\"}\n", 0);
    assert_int_equal(fchmod(scene.config.output_fd, 0640), 0);
    assert_int_equal(fstat(scene.config.output_fd, &old), 0);

    struct resume *resume = scan(&scene, true);
    assert_non_null(resume);
    assert_string_equal(scene.board, "d.d.df.d");
    assert_int_equal(resume_counts(resume).done, 4);

    // It cannot be locked: the old file stands, and nothing is left beside it.
    refuse_lock = 1;
    told_begin(&told);
    assert_int_equal(resume_repair(resume, &(struct resume_locks){.output = lock}, &replaced), -1);
    (void)told_end(&told);
    assert_told("out.jsonl: cannot remove the lines of artists that are asked again");
    assert_int_equal(replaced.errors, -1);
    assert_int_equal(stat(scene.output_name, &named), 0);
    assert_int_equal(named.st_ino, old.st_ino);
    assert_int_equal(access(directory_file(&directory, "out.jsonl" RESULT_REWRITE_SUFFIX), F_OK), -1);

    refuse_lock = 0;
    close(open_file("out.jsonl" RESULT_REWRITE_SUFFIX, "a leftover"));
    assert_int_equal(resume_repair(resume, &(struct resume_locks){.output = lock}, &replaced), 0);
    assert_true(replaced.output >= 0);
    assert_int_equal(replaced.output, locked);
    assert_true(replaced.errors >= 0);
    assert_int_equal(fstat(replaced.output, &new), 0);
    assert_int_equal(stat(scene.output_name, &named), 0);
    assert_int_equal(named.st_ino, new.st_ino);
    assert_int_not_equal(named.st_ino, old.st_ino);
    assert_int_equal(named.st_mode & 0777, 0640);
    assert_int_equal(fcntl(replaced.output, F_GETFL) & (O_ACCMODE | O_APPEND), O_RDWR | O_APPEND);
    assert_int_equal(access(directory_file(&directory, "out.jsonl" RESULT_REWRITE_SUFFIX), F_OK), -1);

    size_t size = (size_t) new.st_size;
    read_back = calloc(1, size + 1);
    assert_int_equal(pread(replaced.output, read_back, size, 0), size);
    char *wanted = NULL;
    size_t wanted_size = 0;
    FILE *out = open_memstream(&wanted, &wanted_size);
    add_answer(out, "h", hash_of("H", "8"));
    add_answer(out, "a", hash_of("A", "1"));
    add_answer(out, "c", NULL);
    add_answer(out, "e", "");
    fclose(out);
    assert_string_equal(read_back, wanted);
    memset(read_back, 0, size);
    assert_int_equal(pread(replaced.errors, read_back, size, 0),
                     sizeof("{\"artist_id\":\"f\",\"class\":\"refused\"}"));
    assert_string_equal(read_back, "{\"artist_id\":\"f\",\"class\":\"refused\"}\n");

    close(replaced.output);
    close(replaced.errors);
    resume_free(resume);
    end(&scene);
    free(read_back);
    free(wanted);
    free(output);
}

// Another prompt: all that have a hash.
static void sees_another_prompt(void **state) {
    (void)state;
    struct scene scene;
    char *output = small_output();
    begin(&scene, small_input, output, NULL, 0);
    scene.settings.prompt_version = (char *)(uintptr_t) "2";
    struct resume *resume = scan(&scene, true);
    assert_non_null(resume);
    assert_told("5 answered artists' input has changed since, they are asked again: a, b, d, g, h\n");
    assert_string_equal(scene.board, "..d.d...");
    resume_free(resume);
    end(&scene);
    free(output);
}

static void tells_a_changing_input(void **state) {
    (void)state;
    struct scene scene;
    char *output = small_output();
    begin(&scene, small_input, output, NULL, 0);
    assert_int_equal(ftruncate(scene.input.fd, 40), 0);
    assert_null(scan(&scene, true));
    assert_told("in.csv: changed while it was read");
    end(&scene);
    free(output);
}

static uint32_t shuffled(uint32_t i) {
    return (uint32_t)((uint64_t)i * 7919U % MANY);
}

// Artists in another order than their answers, every third not answered, every thousandth changed.
static void finds_few_among_many(void **state) {
    (void)state;
    struct scene scene;
    char *csv = NULL;
    char *output = NULL;
    size_t size;
    uint32_t changed = 0;
    FILE *in = open_memstream(&csv, &size);
    FILE *out = open_memstream(&output, &size);
    fputs("artist_id,name,data\n", in);
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t n = shuffled(i);
        char id[16], data[16];
        fprintf(in, "%" PRIu32 ",N,%" PRIu32 "\n", i, i);
        snprintf(id, sizeof(id), "%" PRIu32, n);
        snprintf(data, sizeof(data), "%" PRIu32, n + (n % 1000 == 0));
        if (n % 3 != 0) {
            add_answer(out, id, hash_of("N", data));
            changed += n % 1000 == 0;
        }
    }
    fclose(in);
    fclose(out);
    begin(&scene, csv, output, NULL, 0);
    struct resume *resume = scan(&scene, true);
    assert_non_null(resume);
    assert_int_equal(resume_counts(resume).changed, changed);
    assert_told("100 answered artists' input has changed since, they are asked again: 1000, 2000, 4000, "
                "5000, 7000, 8000, "
                "10000, 11000, 13000, 14000, …\n");
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(scene.board[i], i % 3 == 0 || i % 1000 == 0 ? '.' : 'd');
    }
    resume_free(resume);
    end(&scene);
    free(csv);
    free(output);
}

static void keeps_the_first(void **state) {
    (void)state;
    struct changed_artists artists = {.kept = 0};
    for (uint32_t i = 0; i < 101; i++) {
        changed_add(&artists, i * 37 % 101 + 5);
    }
    assert_int_equal(artists.total, 101);
    assert_int_equal(artists.kept, CHANGED_TOLD);
    for (uint32_t i = 0; i < CHANGED_TOLD; i++) {
        assert_int_equal(artists.first[i], i + 5);
    }
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
        cmocka_unit_test_setup_teardown(finds_those_whose_hash_differs, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(keeps_to_the_limit, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(removes_them_in_one_step, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(sees_another_prompt, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(tells_a_changing_input, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(finds_few_among_many, make_directory, remove_directory),
        cmocka_unit_test(keeps_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
