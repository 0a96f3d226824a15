// The filter knows three answers: calls of the table `allowed` pass; calls of the table `hostile`, which
// nothing in this program or its libraries ever makes, kill the process; all others fail with EPERM, so that
// a library's unusual path costs one request at most, and not a worker.
#include "sandbox.h"

#include "ration/log.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// ---- limits ----

static bool limit(int resource, rlim_t value, const char *name) {
    struct rlimit old;
    if (getrlimit((__rlimit_resource_t)resource, &old) != 0) {
        return false;
    }
    rlim_t most = old.rlim_max == RLIM_INFINITY || value < old.rlim_max ? value : old.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &(struct rlimit){most, most}) != 0) {
        log_warn("worker", "cannot limit its %s: %s", name, strerror(errno));
        return false;
    }
    return true;
}

#ifndef SANITIZED

// libcurl resolves each name in a thread of its own. Eight megabytes of stack each, the default, would use up
// the memory limit.
#define RESOLVER_STACK ((size_t)256 << 10)

// Few and small stacks, and one heap: an arena of malloc's for each resolver thread would be waste.
static void keep_threads_small(void) {
    pthread_attr_t attributes;
    (void)mallopt(M_ARENA_MAX, 1);
    if (pthread_attr_init(&attributes) == 0) {
        (void)pthread_attr_setstacksize(&attributes, RESOLVER_STACK);
        (void)pthread_setattr_default_np(&attributes);
        (void)pthread_attr_destroy(&attributes);
    }
}

#endif

static bool set_limits(const struct sandbox_config *config) {
    bool good = limit(RLIMIT_NOFILE, config->descriptors, "descriptors");
#ifndef SANITIZED // whose shadow memory is large
    keep_threads_small();
    // Not the address space: the arena, which grows with the input, and mapped programs are no burden of its
    // own.
    good = limit(RLIMIT_DATA, config->memory, "memory") && good;
    good = limit(RLIMIT_CORE, 0, "core dumps") && good;
#endif
    return good;
}

// ---- filter ----

#ifndef SANITIZED

// Words, each with a space behind it. By name: a kernel or a libseccomp that does not know one of them must
// not matter.
static const char allowed[] =
    // files, by descriptors that are open, and reading others: certificates, resolver, time zone
    "read readv pread64 write writev pwritev2 lseek _llseek close fstat fstat64 newfstatat fstatat64 statx "
    "stat "
    "stat64 lstat access faccessat faccessat2 readlink readlinkat getdents64 getcwd ftruncate ftruncate64 "
    "fdatasync fsync sync_file_range sync_file_range2 "
    // sockets
    "connect bind getsockname getpeername getsockopt setsockopt sendto sendmsg sendmmsg recvfrom recvmsg "
    "recvmmsg shutdown "
    // waiting
    "epoll_ctl epoll_wait epoll_pwait epoll_pwait2 poll ppoll ppoll_time64 select _newselect pselect6 "
    "timerfd_settime timerfd_settime64 eventfd2 pipe2 nanosleep clock_nanosleep clock_nanosleep_time64 "
    "restart_syscall "
    // memory, threads, signals
    "brk munmap mremap madvise futex futex_time64 futex_waitv set_robust_list rseq membarrier sched_yield "
    "sched_getaffinity rt_sigaction rt_sigprocmask rt_sigreturn sigreturn sigaltstack exit exit_group "
    // what the process is, and the time
    "getpid getppid gettid getuid geteuid getgid getegid getuid32 geteuid32 getgid32 getegid32 getrandom "
    "uname sysinfo getrusage clock_gettime clock_gettime64 clock_getres gettimeofday time ";

#ifdef COVERAGE // counts are written to files when the worker ends
static const char counting[] = "openat open fcntl fcntl64 mkdir ";
#else
static const char counting[] = "";
#endif

static const char hostile[] =
    "execve execveat fork vfork ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd "
    "pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo mount umount2 move_mount open_tree fsopen "
    "fsconfig fsmount pivot_root chroot unshare setns bpf perf_event_open userfaultfd init_module "
    "finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff setuid setgid setreuid "
    "setregid setresuid setresgid setgroups setfsuid setfsgid capset open_by_handle_at iopl ioperm ";

static void add_words(scmp_filter_ctx filter, uint32_t action, const char *words) {
    for (size_t length; *words != '\0'; words += length + 1) {
        char name[32];
        length = strcspn(words, " ");
        (void)snprintf(name, sizeof(name), "%.*s", (int)length, words);
        int call = seccomp_syscall_resolve_name(name);
        if (call != __NR_SCMP_ERROR) {
            (void)seccomp_rule_add(filter, action, call, 0);
        }
    }
}

static struct scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
    return (struct scmp_arg_cmp){
        .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

// Of an int: the upper half of its register may hold anything.
static struct scmp_arg_cmp equal(unsigned argument, int value) {
    return masked(argument, UINT32_MAX, (uint32_t)value);
}

// Rules of one call with a condition; false: the library refuses it, and the call stays forbidden.
static bool allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition) {
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
}

static bool kill_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition) {
    return seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, call, 1, &condition) == 0;
}

static bool add_files(scmp_filter_ctx filter) {
    static const int control[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL};
    static const int device[] = {FIONREAD, FIONBIO, TCGETS};
    const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
    bool good = allow_if(filter, SCMP_SYS(openat), masked(2, writing, O_RDONLY)) &&
                allow_if(filter, SCMP_SYS(open), masked(1, writing, O_RDONLY));
    for (size_t i = 0; i < sizeof(control) / sizeof(control[0]); i++) {
        good = good && allow_if(filter, SCMP_SYS(fcntl), equal(1, control[i])) &&
               allow_if(filter, SCMP_SYS(fcntl64), equal(1, control[i]));
    }
    for (size_t i = 0; i < sizeof(device) / sizeof(device[0]); i++) {
        good = good && allow_if(filter, SCMP_SYS(ioctl), equal(1, device[i]));
    }
    return good;
}

static bool add_sockets(scmp_filter_ctx filter) {
    static const int family[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK};
    bool good = allow_if(filter, SCMP_SYS(socketpair), equal(0, AF_UNIX));
    for (size_t i = 0; i < sizeof(family) / sizeof(family[0]); i++) {
        good = good && allow_if(filter, SCMP_SYS(socket), equal(0, family[i]));
    }
    return good;
}

// Never writable and executable at once, and nothing that was written becomes executable.
static bool add_memory(scmp_filter_ctx filter) {
    const scmp_datum_t both = PROT_WRITE | PROT_EXEC;
    return allow_if(filter, SCMP_SYS(mprotect), masked(2, PROT_EXEC, 0)) &&
           allow_if(filter, SCMP_SYS(mmap), masked(2, both, 0)) &&
           allow_if(filter, SCMP_SYS(mmap), masked(2, both, PROT_WRITE)) &&
           allow_if(filter, SCMP_SYS(mmap), masked(2, both, PROT_EXEC)) &&
           allow_if(filter, SCMP_SYS(mmap2), masked(2, PROT_EXEC, 0));
}

static bool add_processes(scmp_filter_ctx filter) {
    const int self = getpid();
    // The flags of clone3 lie in memory, where no filter can see them; with ENOSYS the C library takes clone.
    bool good = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
#if !defined(__s390__) // its clone has the flags in another place
    good = good && allow_if(filter, SCMP_SYS(clone), masked(0, CLONE_THREAD, CLONE_THREAD)) &&
           kill_if(filter, SCMP_SYS(clone), masked(0, CLONE_THREAD, 0));
#endif
    // abort() and raise()
    good = good && allow_if(filter, SCMP_SYS(tgkill), equal(0, self)) &&
           allow_if(filter, SCMP_SYS(kill), equal(0, self));
    // Looking at its own limits, and naming threads.
    struct scmp_arg_cmp look[] = {equal(0, 0), masked(2, UINT64_MAX, 0)};
    return good && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, look) == 0 &&
           allow_if(filter, SCMP_SYS(prctl), equal(0, PR_SET_NAME));
}

// 0 or an errno.
static int filter_calls(bool spools) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        return ENOMEM;
    }
    (void)seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    // No foreign code runs here, so the processor need not be slowed against its guesses being read.
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
    add_words(filter, SCMP_ACT_ALLOW, allowed);
    add_words(filter, SCMP_ACT_ALLOW, counting);
    add_words(filter, SCMP_ACT_ALLOW, spools ? "pwrite64 " : "");
    add_words(filter, SCMP_ACT_KILL_PROCESS, hostile);
    int error = EINVAL;
    if (add_files(filter) && add_sockets(filter) && add_memory(filter) && add_processes(filter)) {
        error = -seccomp_load(filter);
    }
    seccomp_release(filter);
    return error;
}

static bool confine(bool tell, bool spools) {
    int error = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ? errno : filter_calls(spools);
    if (error != 0 && tell) {
        log_warn("worker",
                 "this system does not let workers confine themselves (seccomp: %s); the run goes on",
                 strerror(error));
    }
    return error == 0;
}

#else

static bool confine(bool tell, bool spools) {
    (void)tell, (void)spools;
    return false;
}

#endif

bool sandbox_enter(const struct sandbox_config *config) {
    bool limited = set_limits(config);
    return confine(config->tell, config->spools) && limited;
}
