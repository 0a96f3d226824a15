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
    for (enum http_page_name name = 0; name < HTTP_PAGES; name++) {
        const char *page = http_page(name, &length);
        assert_in_range(length, 10000, 100000);
        assert_int_equal(http_page_policy(page, length, policy), 0);
        assert_null(memmem(page, length, "innerHTML", 9));
        assert_null(memmem(page, length, "https://", 8));
        assert_null(memmem(page, length, " style=", 7));
    }
    static const char small[] = "<style>a</style><script>alert(1)</script>";
    assert_int_equal(http_page_policy(small, sizeof(small) - 1, policy), 0);
    assert_non_null(strstr(policy, "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"));
    assert_non_null(strstr(policy, "style-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"));
    assert_int_equal(http_page_policy("<style></style>", 15, policy), -1);
    assert_int_equal(http_page_policy("<script></script><style>", 24, policy), -1);
}

// ---- what is made of the status ----
static struct run_status status;

static int begin_status(void **state) {
    (void)state;
    status = (struct run_status){
        .stage = SNAPSHOT_RUNNING,
        .wait = {.kind = RUN_WAIT_NOTHING},
        .now = {.at = 100 * CLOCK_SECOND,
                .artists = 9,
                .done = 3,
                .failed = 1,
                .slots = 2,
                .wanted = 2,
                .sessions = 2,
                .gossip = {.started = 40 * CLOCK_SECOND, .published = 99 * CLOCK_SECOND}},
    };
    status.now.worker[1].report.pid = 77;
    for (uint32_t slot = 0; slot < 2; slot++) {
        status.worker_state[slot] = "working";
    }
    return 0;
}

static bool healthy(const char *problem) {
    bool good = false;
    char *text = http_digest_health(&status, &good);
    assert_non_null(text);
    assert_non_null(strstr(text, problem));
    assert_non_null(strstr(text, good ? "\"healthy\":true" : "\"healthy\":false"));
    free(text);
    return good;
}

static void all_is_well(void **state) {
    (void)state;
    status.now.session[0].disabled = true; // the other one works on
    assert_true(healthy("\"state\":\"running\",\"reason\":\"\",\"left\":5,\"problems\":[]"));
}

static void no_worker_is_a_fault_once_they_have_had_time(void **state) {
    (void)state;
    status.now.worker[1].report.pid = 0;
    assert_false(healthy("no worker is alive"));
    status.now.gossip.started = 96 * CLOCK_SECOND;
    assert_true(healthy("\"problems\":[]"));
    status.now.gossip.started = 0;
    assert_true(healthy("\"problems\":[]"));
}

static void who_waits_or_is_through_needs_neither_workers_nor_keys(void **state) {
    (void)state;
    status.now.worker[1].report.pid = 0;
    status.now.session[0].disabled = status.now.session[1].disabled = true;
    status.stage = SNAPSHOT_PAUSED;
    assert_true(healthy("\"state\":\"paused\""));
    status.stage = SNAPSHOT_RUNNING;
    status.now.done = 8;
    assert_true(healthy("\"left\":0"));
}

static void what_keeps_a_run_from_working_is_told(void **state) {
    (void)state;
    status.now.session[0].disabled = status.now.session[1].disabled = true;
    assert_false(healthy("every key is refused"));
    status.now.session[1].disabled = false;
    status.sums.disk_wait = 1;
    assert_false(healthy("cannot be written"));
    status.sums.disk_wait = 0;
    status.stage = SNAPSHOT_STALLED;
    assert_false(healthy("hangs"));
}

static void queue(void **state) {
    (void)state;
    static const char *const parts[] = {
        "\"rate_limit\":{\"status\":\"throttled\",\"percent\":99,\"retry_seconds\":4,",
        "\"utilisation\":[{\"session\":1,\"dimension\":\"tokens a minute\",\"unit\":\"tokens\","
        "\"window_seconds\":60,\"limit\":7,\"remaining\":2,\"use_percent_60s\":50,\"resets_at\":null}]",
        "\"pending\":3,\"executing\":2,\"retrying\":0,\"completed\":3,\"failed\":1,\"rate_limited\":6}",
        "\"estimated_wait\":{\"seconds\":9,",
        "\"waits\":null",
        "\"processor\":{\"state\":\"running\",\"reason\":\"\",\"paused\":false,\"paused_until\":null,"
        "\"workers_alive\":1,\"workers_wanted\":2,",
    };
    struct snapshot_gossip *gossip = &status.now.gossip;
    gossip->use_state = SNAPSHOT_THROTTLED;
    gossip->use = UINT64_C(99) * SNAPSHOT_WHOLE / 100;
    gossip->use_until = 104 * CLOCK_SECOND;
    gossip->forecast.takes = 10 * CLOCK_SECOND;
    gossip->dimension_use[0][0] = SNAPSHOT_WHOLE / 2;
    status.now.session[0].dimension[0] = (struct ledger_dimension){
        .unit = DIMENSION_TOKENS, .window = CLOCK_MINUTE, .limit = 7, .remaining = 2};
    status.sums.in_flight = 2;
    status.sums.outcome[OUTCOME_RATE_LIMITED] = 6;
    status.now.sums = status.sums;
    char *text = http_digest_queue(&status);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strstr(text, parts[i]) == NULL) {
            fail_msg("%s\nis not in %s", parts[i], text);
        }
    }
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
    answer->again = command->verb == CONTROL_RESET;
    (void)snprintf(answer->message, sizeof(answer->message), "heard \"%u\"", command->number);
}

static unsigned change(enum http_what what, const char *body) {
    struct http_hooks hooks = {.obey = obey};
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
    static const struct {
        const char *body;
        unsigned status;
        uint32_t step;
    } stops[] = {
        {"", 200, CONTROL_GENTLY},
        {"{}", 200, CONTROL_GENTLY},
        {"{\"at_once\":false}", 200, CONTROL_GENTLY},
        {"{\"at_once\":true}", 200, CONTROL_AT_ONCE},
        {"{\"at_once\":1}", 400, 0},
        {"{\"at_once\":true,\"all\":1}", 400, 0},
        {"{\"now\":true}", 400, 0},
        {"[]", 400, 0},
        {"true", 400, 0},
        {"{", 400, 0},
    };
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        assert_int_equal(change(HTTP_STOP, stops[i].body), stops[i].status);
        assert_int_equal(obeyed.verb, stops[i].status == 200 ? CONTROL_STOP : CONTROL_VERBS);
        assert_int_equal(obeyed.number, stops[i].step);
    }
    assert_int_equal(change(HTTP_RESET, ""), 200);
    assert_int_equal(obeyed.verb, CONTROL_RESET);
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
        cmocka_unit_test_setup(all_is_well, begin_status),
        cmocka_unit_test_setup(no_worker_is_a_fault_once_they_have_had_time, begin_status),
        cmocka_unit_test_setup(who_waits_or_is_through_needs_neither_workers_nor_keys, begin_status),
        cmocka_unit_test_setup(what_keeps_a_run_from_working_is_told, begin_status),
        cmocka_unit_test_setup(queue, begin_status),
        cmocka_unit_test(changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
