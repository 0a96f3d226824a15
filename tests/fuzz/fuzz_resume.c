// What an earlier run left: the output, 0xff, the errors file. After mending, both are found in order.
#include "fuzz_bytes.h"
#include "output/resume.h"

#include <stdbool.h>
#include <sys/stat.h>

#define ARTISTS 6U

struct seen {
    unsigned count;
    bool artist[ARTISTS];
};

// In memory: each run syncs its files.
static char directory[] = "/dev/shm/fuzz-XXXXXX";
static char output_name[64], errors_name[64];

static void remove_directory(void) {
    (void)unlink(output_name);
    (void)unlink(errors_name);
    (void)rmdir(directory);
}

static void make_directory(void) {
    if (output_name[0] == '\0') {
        FUZZ_CHECK(mkdtemp(directory) != NULL);
        (void)snprintf(output_name, sizeof(output_name), "%s/out", directory);
        (void)snprintf(errors_name, sizeof(errors_name), "%s/err", directory);
        (void)atexit(remove_directory);
    }
}

static int make_file(const char *name, const uint8_t *data, size_t size) {
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    return fd;
}

static struct resume *scan(int output, int errors) {
    static const char *const id[ARTISTS] = {"a1", "a2", "a3", "a\"4", "\xc3\xa9", "a6"};
    struct id_table *ids = id_table_new();
    FUZZ_CHECK(ids != NULL);
    for (uint32_t i = 0; i < ARTISTS; i++) {
        FUZZ_CHECK(id_table_add(ids, id[i], strlen(id[i]), i) == 0);
    }
    struct resume_config config = {.format = result_format_usual(),
                                   .output_fd = output,
                                   .output_name = output_name,
                                   .errors_fd = errors,
                                   .errors_name = errors_name,
                                   .ids = ids,
                                   .artists = ARTISTS - 1,
                                   .retry = {.which = OUTCOME_AGAIN_USUAL}};
    struct resume *resume = resume_scan(&config);
    id_table_free(ids);
    return resume;
}

static void mark(void *context, uint32_t artist, enum board_verdict verdict) {
    struct seen *seen = context;
    FUZZ_CHECK(artist < ARTISTS - 1 && !seen->artist[artist] && verdict != BOARD_NONE);
    seen->artist[artist] = true;
    seen->count++;
}

static struct resume_counts counts_of(const struct resume *resume) {
    struct seen seen = {0};
    struct resume_counts counts = resume_counts(resume);
    resume_mark(resume, mark, &seen);
    FUZZ_CHECK(seen.count == counts.done + counts.failed &&
               counts.done + counts.failed + counts.again < ARTISTS);
    return counts;
}

static void take(int *fd, int replaced) {
    if (replaced >= 0) {
        (void)close(*fd);
        *fd = replaced;
    }
}

int fuzz_resume(const uint8_t *data, size_t size) {
    const uint8_t *rest;
    size_t rest_size;
    make_directory();
    size_t length = bytes_split(data, size, &rest, &rest_size);
    int output = make_file(output_name, data, length);
    int errors = make_file(errors_name, rest, rest_size);
    struct resume *resume = scan(output, errors);
    if (resume != NULL) {
        struct resume_replaced replaced;
        struct resume_counts before = counts_of(resume);
        FUZZ_CHECK(resume_repair(resume, &(struct resume_locks){0}, &replaced) == 0);
        resume_free(resume);
        take(&output, replaced.output);
        take(&errors, replaced.errors);
        resume = scan(output, errors);
        FUZZ_CHECK(resume != NULL);
        struct resume_counts after = counts_of(resume);
        FUZZ_CHECK(after.done == before.done && after.failed == before.failed && after.again == 0);
    }
    resume_free(resume);
    (void)close(output);
    (void)close(errors);
    return 0;
}
