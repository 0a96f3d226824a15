// The program `ration`. Reads argv, and nothing else.
#include "run/command_line.h"
#include "system/descriptors.h"
#include "config/options.h"
#include "plan/plan.h"
#include "run/run.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

extern char **environ;

static void usage(FILE *out) {
    (void)fputs("usage: ration run [options]          run a batch (ration run --help lists the options)\n",
                out);
    (void)fputs(
        "       ration plan [options] [--json]     what a run would take: time, cost, the limit that binds; "
        "nothing is sent\n",
        out);
    command_line_usage(out);
    (void)fputs("       each with [--run NAME] and --help\n"
                "       ration --version\n"
                "       ration --help\n",
                out);
}

// What was printed must have arrived.
static int printed(int status) {
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        (void)fprintf(stderr, "ration: cannot write to standard output: %s\n", strerror(errno));
        return status != 0 ? status : RUN_CANNOT;
    }
    return status;
}

static bool asks_help(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

static int command_run(int argc, char **argv) {
    struct options options;
    if (asks_help(argc, argv)) {
        options_help(stdout);
        return printed(0);
    }
    if (options_parse(argc, argv, &options) != 0) {
        return RUN_WRONG;
    }
    return run(&options);
}

static int command_plan(int argc, char **argv) {
    if (asks_help(argc, argv)) {
        plan_help();
        return printed(0);
    }
    return printed(plan(argc, argv));
}

int main(int argc, char **argv) {
    if (descriptors_fill_standard() != 0) {
        return RUN_WRONG;
    }
    setproctitle_init(argc, argv, environ);
    if (argc >= 2 && strcmp(argv[1], "run") == 0) {
        return command_run(argc - 1, argv + 1);
    }
    if (argc >= 2 && strcmp(argv[1], "plan") == 0) {
        return command_plan(argc - 1, argv + 1);
    }
    if (argc >= 2 && command_line_knows(argv[1])) {
        return printed(command_line_obey(argv + 1));
    }
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        (void)puts("ration " RATION_VERSION);
        return printed(0);
    }
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        usage(stdout);
        (void)fputc('\n', stdout);
        options_help(stdout);
        return printed(0);
    }
    if (argc >= 2) {
        (void)fprintf(stderr, "ration: unknown command \"%s\"\n", argv[1]);
    }
    usage(stderr);
    return RUN_WRONG;
}
