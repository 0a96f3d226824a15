// The folder of a file's name.
#include "system/parent_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

static void a_name_has_a_folder(void **state) {
    (void)state;
    char out[PATH_MAX];
    assert_string_equal(parent_folder("a/b", out), "a");
    assert_string_equal(parent_folder("/a/b", out), "/a");
    assert_string_equal(parent_folder("/b", out), "/");
    assert_string_equal(parent_folder("b", out), ".");
    assert_true(parent_folder_writable("/tmp/nobody-knows"));
    assert_false(parent_folder_writable("/nonexistent/b"));
    assert_int_equal(errno, ENOENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_name_has_a_folder)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
