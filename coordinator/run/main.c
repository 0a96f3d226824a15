// The program `ration`. Reads argv, and nothing else.
#include "begin/doctor.h"
#include "begin/init.h"
#include "config/options.h"
#include "config/suggest.h"
#include "export/export.h"
#include "export/show.h"
#include "plan/plan.h"
#include "plan/show_request.h"
#include "run/command_line.h"
#include "run/explain.h"
#include "run/fleet_command.h"
#include "run/run.h"
#include "system/descriptors.h"
#include "system/exit_code.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

extern char **environ;

// One screen of 80 columns. The completions read the commands from it, up to the first blank line.
static void usage(FILE *out) {
    (void)fputs("usage: ration init [PROVIDER]        options and a prompt to begin with\n"
                "       ration doctor [OPTIONS]       whether all is there that a run needs\n"
                "       ration plan [OPTIONS]         what a run would take; nothing is sent\n"
                "       ration run [OPTIONS]          run a batch\n"
                "       ration export OUTPUT          answers as CSV, JSONL, SQLite, batch files\n"
                "       ration show OUTPUT [ID]       answers in the terminal, with their input\n",
                out);
    command_line_usage(out);
    (void)fputs("       ration explain [WORD]         what a class means; OUTPUT ID: of one row\n"
                "       ration fleet COMMAND          many machines, one batch; see --help\n",
                out);
    (void)fputs("       ration help [COMMAND]\n"
                "       ration version\n"
                "\n"
                "ration COMMAND --help tells more; ration run --help lists all options.\n"
                "Commands for a run at work take --run NAME; those without an N, NAME alone.\n"
                "As in: ration run --input a.csv --output b.jsonl --prompt-file p.txt --limit 9\n",
                out);
}

// What was printed must have arrived.
static int printed(int status) {
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        (void)fprintf(stderr, "ration: cannot write to standard output: %s\n", strerror(errno));
        return status != 0 ? status : EXIT_CODE_CANNOT;
    }
    return status;
}

// The whole of a run, its libraries included, needs less than half of it.
#define STACK_LEAST ((rlim_t)512 << 10)

// A stack that is too small would end in a segmentation fault somewhere.
static bool stack_suffices(void) {
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur == RLIM_INFINITY ||
        stack.rlim_cur >= STACK_LEAST) {
        return true;
    }
    if (stack.rlim_max == RLIM_INFINITY || stack.rlim_max >= STACK_LEAST) {
        stack.rlim_cur = STACK_LEAST; // it grows when it is used
        return setrlimit(RLIMIT_STACK, &stack) == 0;
    }
    (void)fprintf(
        stderr, "ration: the stack is limited to %llu KiB, which is too small; say ulimit -s %llu or more\n",
        (unsigned long long)stack.rlim_cur >> 10, (unsigned long long)STACK_LEAST >> 10);
    return false;
}

static bool asks_help(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

// Nothing that a run needs was given: whoever tries the command for the first time is shown what it takes.
static bool tells_nothing(const struct options *options) {
    return options->input == NULL && options->output == NULL && options->prompt_id == NULL &&
           options->prompt_file == NULL;
}

static int show_examples(void) {
    (void)fputs(
        "ration: a run needs an input, an output and a prompt, as in\n"
        "  ration run --input artists.csv --output bios.jsonl --prompt-id pmpt_123\n"
        "  ration run --input artists.csv --output try.jsonl --prompt-file prompt.txt --limit 10\n"
        "ration init writes a file of them to begin with, for --config; ration plan, with the same options,\n"
        "tells time and cost before; ration run --help lists all of them\n",
        stderr);
    return EXIT_CODE_WRONG;
}

static int command_run(int argc, char **argv) {
    struct options options;
    if (asks_help(argc, argv)) {
        options_help(stdout);
        return printed(0);
    }
    if (options_parse(argc, argv, &options) != 0) {
        return EXIT_CODE_WRONG;
    }
    if (tells_nothing(&options)) {
        return show_examples();
    }
    if (options.show_request != NULL) {
        return printed(show_request(&options));
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

static int command_export(int argc, char **argv) {
    return printed(export_command(argc, argv));
}

static int command_show(int argc, char **argv) {
    return printed(show_command(argc, argv));
}

static int command_fleet(int argc, char **argv) {
    (void)argc;
    return fleet_command(argv);
}

static int command_init(int argc, char **argv) {
    return printed(init(argc, argv));
}

static int command_doctor(int argc, char **argv) {
    return printed(doctor(argc, argv));
}

static int command_explain(int argc, char **argv) {
    return printed(explain(argc, argv));
}

static int command_version(int argc, char **argv) {
    (void)argc;
    (void)argv;
    (void)puts("ration " RATION_VERSION);
    return printed(0);
}

static int command_help(int argc, char **argv);

static const struct {
    const char *name;
    int (*obey)(int argc, char **argv); // argv[0] is the name
} commands[] = {
    {"run", command_run},           {"plan", command_plan},     {"export", command_export},
    {"show", command_show},         {"fleet", command_fleet},   {"help", command_help},
    {"explain", command_explain},   {"doctor", command_doctor}, {"init", command_init},
    {"--help", command_help},       {"-h", command_help},       {"version", command_version},
    {"--version", command_version}, {"-V", command_version},
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int unknown(const char *name) {
    struct suggest suggest;
    suggest_begin(&suggest, name);
    for (size_t i = 0; i < COMMANDS; i++) {
        suggest_offer(&suggest, commands[i].name);
    }
    command_line_offer(&suggest);
    const char *near = suggest_best(&suggest);
    (void)fprintf(stderr, "ration: unknown command \"%s\"; %s%s%ssee ration --help\n", name,
                  near != NULL ? "did you mean " : "", near != NULL ? near : "", near != NULL ? "? " : "");
    return EXIT_CODE_WRONG;
}

static int command(int argc, char **argv) {
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, argv[0]) == 0) {
            return commands[i].obey(argc, argv);
        }
    }
    return command_line_knows(argv[0]) ? printed(command_line_obey(argv)) : unknown(argv[0]);
}

// Of one command, or of all.
static int command_help(int argc, char **argv) {
    static char help[] = "--help";
    if (argc < 2 || strcmp(argv[1], "help") == 0 || argv[1][0] == '-') {
        usage(stdout);
        return printed(0);
    }
    char *words[] = {argv[1], help, NULL};
    return command(2, words);
}

int main(int argc, char **argv) {
    if (descriptors_fill_standard() != 0) {
        return EXIT_CODE_WRONG;
    }
    setproctitle_init(argc, argv, environ);
    (void)unsetenv("SSLKEYLOGFILE"); // libcurl would write the secrets of each connection there
    if (!stack_suffices()) {
        return EXIT_CODE_WRONG;
    }
    if (argc >= 2) {
        return command(argc - 1, argv + 1);
    }
    usage(stderr);
    return EXIT_CODE_WRONG;
}
