#include "case_run.h"

#include "case_audit.h"
#include "ration/clock.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_RUNS 6
#define HIGH_RATE "30000"
#define LOW_RATE "15000" // its departures are booked further ahead: a hold finds some
#define MOST_ARGUMENTS 48

static void nap(void) {
    (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void path_in(const struct case_places *places, const char *name, char out[CASE_PATH]) {
    if (snprintf(out, CASE_PATH, "%s/%s", places->directory, name) >= CASE_PATH) {
        errx(1, "the path of %s is too long", places->directory);
    }
}

// Output of both kinds goes to the end of a file of the case's directory.
static pid_t start(const struct case_places *places, const char *log, char *const *arguments) {
    char path[CASE_PATH];
    path_in(places, log, path);
    pid_t pid = fork();
    if (pid < 0) {
        err(1, "fork");
    }
    if (pid > 0) {
        return pid;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0) {
        _exit(126);
    }
    (void)execv(arguments[0], arguments);
    _exit(127);
}

// The wait status, or -1 when it had to be killed for taking too long.
static int wait_end(pid_t pid, unsigned patience) {
    uint64_t until = clock_now() + patience * CLOCK_SECOND;
    int status;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_now() > until) {
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            return -1;
        }
        nap();
    }
    return status;
}

static pid_t start_simapi(const struct crash_case *the, const struct case_places *places, char url[64]) {
    char port_file[CASE_PATH];
    char audit[CASE_PATH];
    char text[16] = "";
    path_in(places, "port", port_file);
    path_in(places, "audit.tsv", audit);
    // The limits are the same as those the run is told, with some room for what is under way at once: no
    // request may be refused.
    // clang-format off
    const char *const arguments[MOST_ARGUMENTS] = {
        places->simapi, "--port-file", port_file, "--audit", audit, "--exit-with-parent",
        "--requests-per-minute", the->overloads ? LOW_RATE : HIGH_RATE, "--burst", "60", "--latency-ms", "3",
        "--price", ":input=0.25,output=1.25", "--seed", "3", "--fault-attempts", "1", "--fault-503", the->overloads ? "0.03" : "0", NULL};
    // clang-format on
    pid_t pid = start(places, "simapi.log", (char *const *)arguments);
    uint64_t until = clock_now() + places->patience * CLOCK_SECOND;
    while (strchr(text, '\n') == NULL) {
        int fd = open(port_file, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;
        text[n > 0 ? n : 0] = '\0';
        if (fd >= 0) {
            (void)close(fd);
        }
        if (clock_now() > until) {
            errx(1, "the simulator does not start: see %s", places->directory);
        }
        nap();
    }
    (void)snprintf(url, 64, "http://127.0.0.1:%ld/v1", strtol(text, NULL, 10));
    return pid;
}

static void make_counters(const char *path) {
    static const uint64_t zero[CRASH_POINT_SPECS];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, zero, sizeof(zero)) != (ssize_t)sizeof(zero)) {
        err(1, "%s", path);
    }
    (void)close(fd);
}

static void read_counters(const char *path, uint64_t struck[CRASH_POINT_SPECS]) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, struck, sizeof(uint64_t) * CRASH_POINT_SPECS) <= 0) {
        err(1, "%s", path);
    }
    (void)close(fd);
}

static void make_tiers(const char *path) {
    static const char text[] = "{\"tiers\": [{\"name\": \"priced\", \"input_dollars_per_million\": 0.25, "
                               "\"output_dollars_per_million\": 1.25}]}\n";
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text, sizeof(text) - 1) != (ssize_t)sizeof(text) - 1) {
        err(1, "%s", path);
    }
    (void)close(fd);
}

static int run_once(const struct crash_case *the, const struct case_places *places, const char *url,
                    bool resume) {
    char program[CASE_PATH];
    char output[CASE_PATH];
    char tiers[CASE_PATH];
    char limit[16];
    char workers[16];
    char in_flight[16];
    path_in(places, "output.jsonl", output);
    path_in(places, "tiers.json", tiers);
    make_tiers(tiers);
    (void)snprintf(program, sizeof(program), "%s/ration", places->programs);
    (void)snprintf(limit, sizeof(limit), "%u", CASE_ARTISTS);
    (void)snprintf(workers, sizeof(workers), "%u", CASE_WORKERS);
    (void)snprintf(in_flight, sizeof(in_flight), "%u", case_in_flight(the));
    // A worker that hangs is not to be rescued by the watchdog: that would hide why.
    // clang-format off
    const char *const arguments[MOST_ARGUMENTS] = {
        program, "run", "--input", places->input, "--limit", limit, "--output", output, "--base-url", url,
        "--prompt-id", "pmpt_crash", "--max-workers", workers, "--in-flight", in_flight,
        "--requests-per-minute", the->overloads ? LOW_RATE : HIGH_RATE, "--burst", "5", "--sync", "never",
        "--progress", "none", "--hang-timeout", "600", "--timeout", "2",
        "--tiers", tiers, "--tier", "priced",
        "--identical", the->identical ? "once" : "each",
        "--prompt-variables", the->identical ? "artist_name=genre" : "artist_name=name,artist_data=data",
        resume ? "--resume" : NULL, NULL};
    // clang-format on
    return wait_end(start(places, "run.log", (char *const *)arguments), places->patience);
}

// Until it ends by itself. Its exit status, or -1 with what is wrong.
static int run_to_end(const struct crash_case *the, const struct case_places *places, const char *url,
                      struct case_result *result) {
    for (int i = 0; i < MOST_RUNS; i++) {
        int status = run_once(the, places, url, i > 0);
        if (status == -1) {
            (void)snprintf(result->wrong, sizeof(result->wrong), "the run hangs");
            return -1;
        }
        if (WIFEXITED(status)) {
            return WEXITSTATUS(status);
        }
        if (WTERMSIG(status) != SIGKILL) {
            (void)snprintf(result->wrong, sizeof(result->wrong), "the coordinator died of signal %d",
                           WTERMSIG(status));
            return -1;
        }
        result->coordinator_deaths++;
    }
    (void)snprintf(result->wrong, sizeof(result->wrong), "the coordinator died %d times", MOST_RUNS);
    return -1;
}

static void remove_directory(const struct case_places *places) {
    static const char *const names[] = {
        "output.jsonl", "output.errors.jsonl", "output.jsonl.errors.jsonl", "audit.tsv", "port", "struck",
        "run.log",      "simapi.log"};
    char path[CASE_PATH];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_in(places, names[i], path);
        (void)unlink(path);
    }
    (void)rmdir(places->directory);
}

void case_run(const struct crash_case *the, const struct case_places *places, struct case_result *result) {
    char struck[CASE_PATH];
    char url[64];
    *result = (struct case_result){0};
    if (mkdir(places->directory, 0700) != 0 && errno != EEXIST) {
        err(1, "%s", places->directory);
    }
    path_in(places, "struck", struck);
    make_counters(struck);
    if (setenv("RATION_CRASH", the->words, 1) != 0 || setenv("RATION_CRASH_FILE", struck, 1) != 0 ||
        setenv("RATION_CRASH_NO_WATCHDOG", "1", 1) != 0 ||
        setenv("OPENAI_API_KEY", "sk-crash-point", 1) != 0 ||
        setenv("RATION_RUNTIME_DIR", places->directory, 1) != 0) {
        err(1, "setenv");
    }
    pid_t simapi = start_simapi(the, places, url);
    int status = run_to_end(the, places, url, result);
    (void)kill(simapi, SIGTERM);
    (void)wait_end(simapi, places->patience);
    read_counters(struck, result->struck);
    case_audit(the, places, status, result);
    if (result->wrong[0] == '\0') {
        remove_directory(places);
    }
}
