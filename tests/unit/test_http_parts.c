#include "http/http_digest.h"
#include "http/http_page.h"
#include "http/http_reply.h"
#include "http/http_token.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>

// ---- the token ----
static struct unit_directory directory;
static char token[HTTP_TOKEN_SIZE];
static struct unit_told told;

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

static int read_token(const char *text, size_t length) {
    return http_token_read(directory_write(&directory, "token", text, length), token);
}

static void reads_a_token(void **state) {
    (void)state;
    char longest[HTTP_TOKEN_MOST + 3];
    memset(longest, 'x', sizeof(longest));
    assert_int_equal(read_token("0123456789abcdef", 16), 0);
    assert_string_equal(token, "0123456789abcdef");
    assert_int_equal(read_token("~!0123456789abcdef\r\n", 20), 0);
    assert_string_equal(token, "~!0123456789abcdef");
    assert_int_equal(read_token(longest, HTTP_TOKEN_MOST), 0);
    told_begin(&told);
    assert_int_equal(read_token(longest, HTTP_TOKEN_MOST + 1), -1);
    assert_int_equal(read_token(longest, HTTP_TOKEN_MOST + 3), -1);
    assert_int_equal(read_token("", 0), -1);
    assert_int_equal(read_token("0123456789abcde\n", 16), -1);
    assert_int_equal(read_token("01234567 89abcdef", 17), -1);
    assert_int_equal(read_token("0123456789\0abcdef", 17), -1);
    assert_int_equal(read_token("0123456789\xc3\xa4"
                                "abcdef",
                                18),
                     -1);
    assert_int_equal(http_token_read(directory_file(&directory, "none"), token), -1);
    assert_int_equal(http_token_read(directory.path, token), -1);
    const char *path = directory_write(&directory, "open", "0123456789abcdef", 16);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(http_token_read(path, token), -1);
    const char *words = told_end(&told);
    assert_non_null(strstr(words, "chmod 600"));
    assert_null(strstr(words, "0123456789"));
}

static void makes_a_token(void **state) {
    (void)state;
    char other[HTTP_TOKEN_SIZE];
    struct stat status;
    struct run_folder folder = {.base = -1};
    folder.fd = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(http_token_make(&folder, token), 0);
    assert_int_equal(strlen(token), 64);
    assert_int_equal(stat(directory_file(&directory, RUN_FOLDER_TOKEN), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(http_token_read(directory_file(&directory, RUN_FOLDER_TOKEN), other), 0);
    assert_string_equal(other, token);
    assert_int_equal(http_token_make(&folder, other), -1); // never into a file that somebody put there
    (void)close(folder.fd);
}

// ---- the page ----
static void the_page_may_run_its_own_script_only(void **state) {
    (void)state;
    size_t length;
    char policy[HTTP_PAGE_POLICY_SIZE];
    const char *page = http_page(&length);
    assert_in_range(length, 10000, 100000);
    assert_int_equal(http_page_policy(page, length, policy), 0);
    assert_null(memmem(page, length, "innerHTML", 9));
    assert_null(memmem(page, length, "https://", 8));
    assert_null(memmem(page, length, " style=", 7));
    static const char small[] = "<style>a</style><script>alert(1)</script>";
    assert_int_equal(http_page_policy(small, sizeof(small) - 1, policy), 0);
    assert_non_null(strstr(policy, "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"));
    assert_non_null(strstr(policy, "style-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"));
    assert_int_equal(http_page_policy("<style></style>", 15, policy), -1);
    assert_int_equal(http_page_policy("<script></script><style>", 24, policy), -1);
}

// ---- what is made of the status ----
static bool healthy(const char *status, const char *problem) {
    int good = -1;
    char *text = http_digest_health(status, &good);
    assert_non_null(text);
    assert_non_null(strstr(text, problem));
    free(text);
    return good != 0;
}

#define STATUS(state, left, pid, disabled, waits)                                                           \
    "{\"run\":{\"state\":\"" state "\",\"reason\":\"\",\"elapsed_seconds\":60},\"artists\":{\"left\":" left \
    "},\"workers\":[{\"pid\":null},{\"pid\":" pid                                                           \
    "}],\"sessions\":[{\"disabled\":true},{\"disabled\":" disabled "}],\"queue\":{\"disk_waits\":" waits    \
    "}}"

static void health(void **state) {
    (void)state;
    assert_true(healthy(STATUS("running", "5", "77", "false", "0"), "\"problems\":[]"));
    assert_true(healthy(STATUS("paused", "5", "null", "true", "0"), "\"state\":\"paused\""));
    assert_true(healthy(STATUS("running", "0", "null", "false", "0"), "\"healthy\":true"));
    assert_false(healthy(STATUS("running", "5", "null", "false", "0"), "no worker is alive"));
    assert_false(healthy(STATUS("running", "5", "77", "true", "0"), "every key is refused"));
    assert_false(healthy(STATUS("running", "5", "77", "false", "1"), "cannot be written"));
    assert_false(healthy(STATUS("stalled", "5", "77", "false", "0"), "hangs"));
    assert_false(healthy("{", "not known"));
}

static void queue(void **state) {
    (void)state;
    char *text = http_digest_queue(
        "{\"utilisation\":{\"state\":\"throttled\",\"percent\":99,\"retry_seconds\":4},\"forecast\":{"
        "\"seconds_left\":9},"
        "\"sessions\":[{\"session\":1,\"dimensions\":[{\"name\":\"tokens a minute\",\"limit\":7}]}],"
        "\"queue\":{\"waiting\":3,\"in_flight\":2},\"run\":{\"state\":\"running\"}}");
    assert_non_null(
        strstr(text, "\"rate_limit\":{\"status\":\"throttled\",\"percent\":99,\"retry_seconds\":4"));
    assert_non_null(strstr(text, "\"session\":1,\"dimension\":\"tokens a minute\""));
    assert_non_null(strstr(text, "\"pending\":3,\"executing\":2"));
    assert_non_null(strstr(text, "\"estimated_wait\":{\"seconds\":9"));
    free(text);
    text = http_digest_queue("nonsense");
    assert_non_null(strstr(text, "\"queue\""));
    free(text);
}

// ---- changing ----
static struct control_command obeyed;
static bool can;

static void obey(void *context, const struct control_command *command, struct control_answer *answer) {
    (void)context;
    assert_true(answer->good);
    obeyed = *command;
    answer->good = can;
    (void)snprintf(answer->message, sizeof(answer->message), "heard \"%u\"", command->number);
}

static bool reset(void *context) {
    (void)context;
    return can;
}

static unsigned change(enum http_what what, const char *body) {
    struct http_hooks hooks = {.obey = obey, .reset = reset};
    obeyed = (struct control_command){.verb = CONTROL_VERBS};
    struct http_reply reply = http_reply_change(&hooks, what, body, strlen(body));
    assert_non_null(reply.text);
    assert_non_null(strstr(reply.text, reply.status == 200 ? "\"ok\":true" : "\"ok\":false"));
    free(reply.text);
    return reply.status;
}

static void changes(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "",
        "8",
        "{}",
        "[8]",
        "{\"workers\":0}",
        "{\"workers\":65}",
        "{\"workers\":-1}",
        "{\"workers\":1.5}",
        "{\"workers\":\"8\"}",
        "{\"workers\":1e99}",
        "{\"workers\":8,\"command\":\"stop\"}",
        "{\"workers\":8",
    };
    can = true;
    assert_int_equal(change(HTTP_PAUSE, ""), 200);
    assert_int_equal(obeyed.verb, CONTROL_PAUSE);
    assert_int_equal(change(HTTP_RESUME, "whatever"), 200);
    assert_int_equal(obeyed.verb, CONTROL_RESUME);
    assert_int_equal(change(HTTP_WORKERS, "{\"workers\":8}"), 200);
    assert_int_equal(obeyed.verb, CONTROL_WORKERS);
    assert_int_equal(obeyed.number, 8);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(change(HTTP_WORKERS, wrong[i]), 400);
        assert_int_equal(obeyed.verb, CONTROL_VERBS);
    }
    assert_int_equal(change(HTTP_RESET, ""), 200);
    assert_int_equal(change(HTTP_STATUS, ""), 404);
    can = false;
    assert_int_equal(change(HTTP_PAUSE, ""), 409);
    assert_int_equal(change(HTTP_RESET, ""), 503);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_a_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(makes_a_token, set_up, tear_down),
        cmocka_unit_test(the_page_may_run_its_own_script_only),
        cmocka_unit_test(health),
        cmocka_unit_test(queue),
        cmocka_unit_test(changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
