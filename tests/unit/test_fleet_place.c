// Lines that stayed in a machine's output: they are found where the database says, or it is told that they
// are not.
#include "fleet/fleet_place.h"

#include "member/member_batch.h"
#include "ration/digest.h"
#include "ration/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

static struct digest *digest;
static struct text out;
static int file;

static int open_all(void **state) {
    (void)state;
    digest = digest_new();
    file = memfd_create("output", MFD_CLOEXEC);
    return digest != NULL && file >= 0 ? 0 : -1;
}

static int close_all(void **state) {
    (void)state;
    digest_free(digest);
    text_free(&out);
    return close(file);
}

static void holds(const char *bytes, size_t length) {
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(pwrite(file, bytes, length, 0), (ssize_t)length);
}

static const char *sum_of(const char *bytes, size_t length) {
    static char sum[DIGEST_SIZE];
    digest_begin(digest);
    digest_add(digest, bytes, length);
    digest_end(digest, sum);
    return sum;
}

// A batch from `from` to `to`, in these pieces, of these lines: 0 or an errno.
static int reads(const char *from, const char *to, const char *pieces, const char *lines) {
    const struct fleet_place place = {.member = "",
                                      .from = from,
                                      .to = to,
                                      .pieces = pieces,
                                      .sum = sum_of(lines, strlen(lines)),
                                      .lines = 1};
    int error = fleet_place_read(file, &place, digest, &out);
    if (error == 0) {
        assert_int_equal(out.length, strlen(lines));
        assert_memory_equal(out.length > 0 ? out.bytes : "", lines, out.length);
    }
    return error;
}

static void lines_are_found_where_they_stand(void **state) {
    (void)state;
    holds("one\ntwo\nthree\nfour\n", 19);
    const struct {
        const char *from, *to, *pieces, *lines;
        uint64_t begin;
        int error;
    } cases[] = {
        {"0", "19", "", "one\ntwo\nthree\nfour\n", 0, 0},
        {"4", "8", "", "two\n", 4, 0},
        {"4", "4", "", "", 4, 0},
        {"0", "19", "{4,8}", "two\n", 4, 0}, // the others were somebody else's first
        {"0", "19", "{0,4,8,14}", "one\nthree\n", 0, 0},
        {"-3", "0", "{14,19,4,8}", "four\ntwo\n", 14, 0}, // handed in again, out of its order
        {"0", "8", "", "one\ntwO\n", 0, ESTALE},          // changed
        {"0", "8", "", "one\n", 0, ESTALE},
        {"0", "4", "", "one\ntwo\n", 0, ESTALE},
        {"14", "24", "", "four\nfive\n", 14, ESTALE}, // cut
        {"90", "94", "", "four\n", 90, ESTALE},
        {"0", "19", "{0,4,90,94}", "one\nfour\n", 0, ESTALE},
        {"0", "19", "{0,4,8}", "one\nthree\n", 0, ESTALE}, // no place at all
        {"8", "4", "", "two\n", 8, ESTALE},
        {"0", "19", "{8,4}", "two\n", 8, ESTALE},
        {"0", "99999999999999", "", "one\n", 0, ESTALE}, // no batch is that large
        {"0", "99999999999999999999999", "", "one\n", 0, ESTALE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct fleet_place place = {
            .from = cases[i].from, .to = cases[i].to, .pieces = cases[i].pieces};
        assert_int_equal(reads(cases[i].from, cases[i].to, cases[i].pieces, cases[i].lines), cases[i].error);
        assert_int_equal(fleet_place_begin(&place), cases[i].begin);
    }
}

static void returns_before_an_end_were_not_handed_in(void **state) {
    (void)state;
    holds("one\r\nt\rwo\r\r\n\r", 13);
    assert_int_equal(reads("0", "5", "", "one\n"), 0);
    assert_int_equal(reads("5", "12", "", "t\rwo\r\n"), 0);
    assert_int_equal(reads("0", "13", "", "one\nt\rwo\r\n\r"), 0);
    assert_int_equal(reads("0", "5", "", "one\r\n"), ESTALE);
}

static void long_lines_are_read_whole(void **state) {
    (void)state;
    size_t length = ((size_t)3 << 16) + 5;
    char *line = malloc(length + 1), to[32];
    assert_non_null(line);
    for (size_t i = 0; i < length; i++) {
        line[i] = (char)('a' + i % 23);
    }
    line[length - 1] = '\n';
    line[length] = '\0';
    holds(line, length);
    (void)snprintf(to, sizeof(to), "%zu", length);
    assert_int_equal(reads("0", to, "", line), 0);
    line[length / 2] = '!';
    holds(line, length);
    line[length / 2] = '?';
    assert_int_equal(reads("0", to, "", line), ESTALE);
    free(line);
}

static void a_file_that_cannot_be_read_is_told(void **state) {
    (void)state;
    int kept = file;
    file = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(reads("0", "4", "", "one\n"), EBADF);
    (void)close(file);
    file = kept;
}

// The machine tells places as the export looks for them: of what others had first, the export reads nothing.
static void what_a_machine_hands_in_is_found(void **state) {
    (void)state;
    static struct member_batch batch;
    static const char *lines[] = {"zero", "one", "two", "three", "four"};
    char from[24], to[24];
    struct text all = {0}, pieces = {0}, body = {0};
    member_batch_begin(&batch, 0);
    for (uint32_t i = 0; i < 5; i++) {
        uint64_t at = all.length;
        text_add_string(&all, lines[i]);
        text_add(&all, "\n", 1);
        assert_true(member_batch_add(&batch, lines[i], strlen(lines[i]), i, at, all.length));
    }
    holds(all.bytes, all.length);
    for (uint32_t lost = 0; lost <= 5; lost++) { // 5: none of them
        member_batch_lose_artist(&batch, lost < 5 ? lost : UINT32_MAX);
        text_clear(&pieces);
        text_clear(&body);
        bool several = member_batch_pieces(&batch, &pieces);
        member_batch_body(&batch, &body);
        text_add(&pieces, "", 1);
        text_add(&body, "", 1);
        (void)snprintf(from, sizeof(from), "%" PRIu64, batch.from);
        (void)snprintf(to, sizeof(to), "%" PRIu64, batch.to);
        assert_int_equal(reads(from, to, several ? pieces.bytes : "", body.bytes), 0);
    }
    text_free(&all);
    text_free(&pieces);
    text_free(&body);
    member_batch_free(&batch);
}

int main(void) {
#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
    const struct CMUnitTest tests[] = {
        WITH_FILE(lines_are_found_where_they_stand), WITH_FILE(returns_before_an_end_were_not_handed_in),
        WITH_FILE(long_lines_are_read_whole),        WITH_FILE(a_file_that_cannot_be_read_is_told),
        WITH_FILE(what_a_machine_hands_in_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
