// What a worker can do inside its filter, and what not. Each case is a process of its own.
#include "sandbox.h"

#include "unit_child.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define MEGABYTE ((size_t)1 << 20)

static const struct sandbox_config config = {.memory = 64 * MEGABYTE, .descriptors = 50, .tell = true};

static int answered;

static void enter(void) {
    CHILD_CHECK(sandbox_enter(&config));
}

// ---- what goes on ----

static void read_files(void *context) {
    (void)context;
    char byte;
    enter();
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    CHILD_CHECK(fd >= 0 && read(fd, &byte, 1) == 1 && close(fd) == 0);
}

static void resolve(void *context) {
    (void)context;
    struct addrinfo *found = NULL;
    enter();
    CHILD_CHECK(getaddrinfo("localhost", "80", NULL, &found) == 0);
    freeaddrinfo(found);
}

static void *answer(void *question) {
    return question;
}

static void make_thread(void *context) {
    pthread_t thread;
    pthread_attr_t attributes;
    size_t stack = 0;
    void *result = NULL;
    enter();
    CHILD_CHECK(pthread_create(&thread, NULL, answer, context) == 0);
    CHILD_CHECK(pthread_join(thread, &result) == 0 && result == context);
    CHILD_CHECK(pthread_getattr_default_np(&attributes) == 0);
    CHILD_CHECK(pthread_attr_getstacksize(&attributes, &stack) == 0 && stack <= MEGABYTE);
}

static void connect_sockets(void *context) {
    (void)context;
    enter();
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(1)};
    CHILD_CHECK(fd >= 0);
    CHILD_CHECK(connect(fd, (const struct sockaddr *)&nobody, sizeof(nobody)) == -1 && errno != EPERM);
}

static void lets_through_what_a_worker_needs(void **state) {
    (void)state;
    assert_true(child_good(child_start(read_files, NULL)));
    if (access("/etc/hosts", R_OK) == 0) { // else nobody knows localhost, with or without the filter
        assert_true(child_good(child_start(resolve, NULL)));
    }
    assert_true(child_good(child_start(make_thread, &answered)));
    assert_true(child_good(child_start(connect_sockets, NULL)));
}

static void call_abort(void *context) {
    (void)context;
    enter();
    abort();
}

static void call_kill(void *context) {
    (void)context;
    enter();
    (void)kill(getpid(), SIGKILL);
}

static int signal_of(void (*work)(void *context)) {
    int status = child_end(child_start(work, NULL));
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void lets_it_die_by_itself(void **state) {
    (void)state;
    assert_int_equal(signal_of(call_abort), SIGABRT);
    assert_int_equal(signal_of(call_kill), SIGKILL);
}

// ---- what fails ----

static void write_files(void *context) {
    static const int flags[] = {
        O_WRONLY, O_RDWR, O_RDONLY | O_CREAT, O_RDONLY | O_TRUNC, O_WRONLY | O_APPEND, O_RDWR | O_TMPFILE};
    enter();
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        const char *path = (flags[i] & O_TMPFILE) == O_TMPFILE ? "/tmp" : context;
        CHILD_CHECK(open(path, flags[i] | O_CLOEXEC, 0600) == -1 && errno == EPERM);
    }
    CHILD_CHECK(unlink(context) == -1 && errno == EPERM);
    CHILD_CHECK(rename(context, "/tmp/other") == -1 && errno == EPERM);
    CHILD_CHECK(mkdir("/tmp/ration-sandbox", 0700) == -1 && errno == EPERM);
    CHILD_CHECK(memfd_create("x", 0) == -1 && errno == EPERM);
    CHILD_CHECK(shm_open("/ration-sandbox", O_RDWR | O_CREAT, 0600) == -1 && errno == EPERM);
}

static void lets_nothing_be_written(void **state) {
    (void)state;
#ifdef COVERAGE // there a worker writes its counts
    return;
#endif
    char path[] = "/tmp/ration-sandbox-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "kept", 4) == 4);
    assert_true(child_good(child_start(write_files, path)));
    assert_int_equal(lseek(fd, 0, SEEK_END), 4);
    assert_int_equal(unlink(path), 0);
    (void)close(fd);
}

static void touch_others(void *context) {
    struct rlimit more = {1000, 1000};
    struct sockaddr_in any = {.sin_family = AF_INET};
    char newline = '\n';
    (void)context;
    enter();
    CHILD_CHECK(kill(getppid(), 0) == -1 && errno == EPERM);
    CHILD_CHECK(syscall(SYS_tgkill, getppid(), getppid(), 0) == -1 && errno == EPERM);
    CHILD_CHECK(syscall(SYS_clone3, NULL, 0) == -1 && errno == ENOSYS);
    CHILD_CHECK(setrlimit(RLIMIT_NOFILE, &more) == -1 && errno == EPERM);
    CHILD_CHECK(prctl(PR_SET_DUMPABLE, 1) == -1 && errno == EPERM);
    CHILD_CHECK(socket(AF_PACKET, SOCK_RAW, 0) == -1 && errno == EPERM);
    CHILD_CHECK(socket(AF_ALG, SOCK_SEQPACKET, 0) == -1 && errno == EPERM);
    CHILD_CHECK(ioctl(0, TIOCSTI, &newline) == -1 && errno == EPERM);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHILD_CHECK(fd >= 0 && bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0);
    CHILD_CHECK(listen(fd, 1) == -1 && errno == EPERM);
    CHILD_CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                MAP_FAILED);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHILD_CHECK(page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == -1 && errno == EPERM);
}

static void lets_nobody_else_be_reached(void **state) {
    (void)state;
    assert_true(child_good(child_start(touch_others, NULL)));
}

// ---- what kills ----

static void call_execve(void *context) {
    char *none[] = {NULL};
    (void)context;
    enter();
    (void)execve("/bin/true", none, none);
}

static void call_fork(void *context) {
    (void)context;
    enter();
    if (fork() == 0) {
        _exit(0);
    }
}

static void call_vfork(void *context) {
    (void)context;
    enter();
    (void)syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL);
}

static void call_ptrace(void *context) {
    (void)context;
    enter();
    (void)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void call_process_vm(void *context) {
    char byte;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    (void)context;
    enter();
    (void)process_vm_readv(getppid(), &here, 1, &there, 1, 0);
}

static void call_mount(void *context) {
    (void)context;
    enter();
    (void)mount("none", "/tmp", "tmpfs", 0, NULL);
}

static void call_unshare(void *context) {
    (void)context;
    enter();
    (void)unshare(CLONE_NEWUSER);
}

static void call_bpf(void *context) {
    (void)context;
    enter();
    (void)syscall(SYS_bpf, 0, NULL, 0);
}

static void stops_what_hostile_code_would_do(void **state) {
    void (*const calls[])(void *context) = {call_execve,     call_fork,  call_vfork,   call_ptrace,
                                            call_process_vm, call_mount, call_unshare, call_bpf};
    (void)state;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        assert_int_equal(signal_of(calls[i]), SIGSYS);
    }
}

// ---- limits ----

static bool memory_for(size_t size) {
    void *volatile memory = malloc(size); // volatile: a compiler may leave out what is only freed
    bool got = memory != NULL;
    free(memory);
    return got;
}

static void use_too_much(void *context) {
    struct rlimit limit;
    (void)context;
    enter();
    CHILD_CHECK(!memory_for(128 * MEGABYTE));
    CHILD_CHECK(memory_for(32 * MEGABYTE));
    CHILD_CHECK(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0);
    CHILD_CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max == config.descriptors);
    int fd = 0;
    while ((fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0 && fd < 100) {}
    CHILD_CHECK(fd == -1 && errno == EMFILE);
}

static void sets_the_limits(void **state) {
    (void)state;
    assert_true(child_good(child_start(use_too_much, NULL)));
}

// ---- where there is no seccomp ----

static void refuse_seccomp(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    CHILD_CHECK(filter != NULL);
    CHILD_CHECK(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0) == 0);
    CHILD_CHECK(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                                 SCMP_A0_64(SCMP_CMP_EQ, PR_SET_SECCOMP, 0)) == 0);
    CHILD_CHECK(seccomp_load(filter) == 0);
    seccomp_release(filter);
}

static void go_on_without(void *context) {
    struct unit_told told;
    struct sandbox_config quiet = config;
    quiet.tell = false;
    (void)context;
    refuse_seccomp();
    told_begin(&told);
    CHILD_CHECK(!sandbox_enter(&config));
    CHILD_CHECK(strstr(told_end(&told), "confine") != NULL);
    told_begin(&told);
    CHILD_CHECK(!sandbox_enter(&quiet));
    CHILD_CHECK(told_end(&told)[0] == '\0');
    CHILD_CHECK(!memory_for(128 * MEGABYTE));
}

static void goes_on_without_seccomp(void **state) {
    (void)state;
    assert_true(child_good(child_start(go_on_without, NULL)));
}

int main(void) {
#ifdef SANITIZED
    (void)puts("1..0 # SKIP sanitized builds have no sandbox");
    return 0;
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_through_what_a_worker_needs), cmocka_unit_test(lets_it_die_by_itself),
        cmocka_unit_test(lets_nothing_be_written),          cmocka_unit_test(lets_nobody_else_be_reached),
        cmocka_unit_test(stops_what_hostile_code_would_do), cmocka_unit_test(sets_the_limits),
        cmocka_unit_test(goes_on_without_seccomp),
    };
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
