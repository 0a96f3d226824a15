// Runs a command and tells what it took, with all of its descendants that were waited for.
//
//   measure RESULT-FILE CPUS COMMAND…       CPUS: such as 1 or 0,1
//
// Writes one line: seconds, CPU seconds of user and of system, KiB of the largest process. Exits as the
// command did.
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void bind_to(const char *list) {
    cpu_set_t set;
    char *end;
    CPU_ZERO(&set);
    for (const char *at = list;; at = end + 1) {
        unsigned long cpu = strtoul(at, &end, 10);
        if (end == at || cpu >= CPU_SETSIZE) {
            errx(2, "not a list of CPUs: %s", list);
        }
        CPU_SET(cpu, &set);
        if (*end != ',') {
            break;
        }
    }
    if (sched_setaffinity(0, sizeof(set), &set) != 0) {
        err(2, "binding to CPUs %s", list);
    }
}

static double seconds(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int argc, char **argv) {
    struct timespec begin, end;
    struct rusage used;
    int status;
    if (argc < 4) {
        errx(2, "usage: measure RESULT-FILE CPUS COMMAND...");
    }
    bind_to(argv[2]);
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    pid_t pid = fork();
    if (pid < 0) {
        err(2, "fork");
    }
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)execvp(argv[3], &argv[3]);
        err(127, "%s", argv[3]);
    }
    if (wait4(pid, &status, 0, &used) != pid) {
        err(2, "wait4");
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    FILE *file = fopen(argv[1], "w");
    if (file == NULL ||
        fprintf(file, "%.6f %.6f %.6f %ld\n",
                (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
                seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss) < 0 ||
        fclose(file) != 0) {
        err(2, "%s", argv[1]);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
