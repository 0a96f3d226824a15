#include "begin/doctor.h"

#include "begin/doctor_api.h"
#include "begin/doctor_files.h"
#include "begin/doctor_machine.h"
#include "begin/doctor_report.h"
#include "begin/stand_in.h"
#include "config/config.h"
#include "config/config_prices.h"
#include "config/options.h"
#include "crew/spawn.h"
#include "input/run_input.h"
#include "member/member.h"
#include "plan/plan_estimate.h"
#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/key.h"
#include "system/exit_code.h"
#include "system/signals.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_OUTPUT "ration-doctor.jsonl" // checked as a name, and never made
#define NO_INPUT "-"
#define LINE_BYTES 500U // of the output, beside the answer
#define TOKEN_BYTES 4U

struct doctor {
    struct options options;
    struct config config;
    struct input_open input;
    struct input_index index;
    struct id_table *ids; // of the input, where it was read
    struct doctor_report report;
    char prompt[STAND_IN_PATH]; // of a prompt that is not named
    bool named_input, named_output;
    bool made_up; // something that is needed was not given, which was told, and stands for it
};

// What is not named yet is no fault: all else can be looked at. The descriptor of a prompt, or -1.
static int fill_in(struct doctor *doctor) {
    struct options *options = &doctor->options;
    doctor->named_input = options->input != NULL;
    doctor->named_output = options->output != NULL;
    options->input = doctor->named_input ? options->input : NO_INPUT;
    options->output = doctor->named_output ? options->output : NO_OUTPUT;
    if (options->prompt_id != NULL || options->prompt_file != NULL || options->request != NULL ||
        doctor->named_input) {
        return -1;
    }
    int prompt = stand_in_prompt("{{name}}", doctor->prompt);
    options->prompt_file = prompt >= 0 ? doctor->prompt : NULL;
    return prompt;
}

// ---- one thing after another ----

// What is missing is told, and something stands for it, so that what else is wrong is told in the same run.
static bool make_options(struct doctor *doctor) {
    struct options *options = &doctor->options;
    const struct {
        const char **option, *stand_in;
    } each[] = {{&options->model, "a-model"}, {&options->base_url, STAND_IN_URL}};
    bool good = config_make(options, &doctor->config) == 0;
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]) && !good; i++) {
        if (*each[i].option == NULL) {
            config_free(&doctor->config);
            *each[i].option = each[i].stand_in;
            good = config_make(options, &doctor->config) == 0;
            doctor->made_up = true;
        }
    }
    return good;
}

static bool check_options(struct doctor *doctor) {
    struct doctor_report *report = &doctor->report;
    doctor->options.keyless = true;
    bool good = make_options(doctor);
    if (good) {
        (void)member_check(&doctor->options, &doctor->config);
        config_prices_tell(&doctor->options, &doctor->config, clock_wall());
        config_provider_tell(&doctor->options, doctor->config.provider, &doctor->config.settings);
    }
    if (doctor_report_hear(report, "options") == 0) {
        const char *model = doctor->config.settings.model, *file = doctor->options.config;
        doctor_report_tell(report, DOCTOR_OK, "options", "provider %s%s%s%s%s", doctor->options.provider,
                           model != NULL ? ", model " : "", model != NULL ? model : "",
                           file != NULL ? ", and the options in " : "", file != NULL ? file : "");
    }
    config_free(&doctor->config);
    doctor->options.keyless = false;
    return good;
}

// *config is then made as for a run; without a key, where there is none, so that all else can be looked at.
// False: there is none at all.
static bool take_key(struct doctor *doctor) {
    bool good = config_make(&doctor->options, &doctor->config) == 0;
    (void)doctor_report_hear(&doctor->report, "key");
    if (!good) {
        config_free(&doctor->config);
        doctor->options.keyless = true;
        good = config_make(&doctor->options, &doctor->config) == 0;
    }
    return good;
}

static void check_programs(struct doctor *doctor) {
    struct program_held program = PROGRAM_HELD_NONE;
    if (spawn_find_program(&program) == 0) {
        doctor_report_tell(&doctor->report, DOCTOR_OK, "programs", "ration " RATION_VERSION ", worker %s",
                           program.path);
    }
    (void)doctor_report_hear(&doctor->report, "programs");
    program_held_close(&program);
}

static void check_input(struct doctor *doctor) {
    struct doctor_report *report = &doctor->report;
    const char *name = doctor->options.input;
    if (!doctor->named_input || strcmp(name, NO_INPUT) == 0) {
        doctor_report_tell(report, doctor->named_input ? DOCTOR_OK : DOCTOR_WARN, "input", "%s",
                           doctor->named_input ? "standard input, which only the run reads"
                                               : "none is named yet: --input FILE");
        return;
    }
    bool good = run_input_take(&doctor->options, &doctor->config.settings, &doctor->input, &doctor->index,
                               &doctor->ids) == 0;
    (void)doctor_report_hear(report, "input");
    if (good) {
        doctor_report_tell(report, DOCTOR_OK, "input", "%s: %u artists", name, doctor->index.artists);
    }
}

static uint64_t answer_tokens(const struct doctor *doctor) {
    uint64_t most = doctor->options.max_output_tokens;
    return most > 0 ? most : PLAN_ESTIMATE_OUTPUT;
}

static void check_machine(struct doctor *doctor, bool output) {
    const struct arena_config arena = {
        .artists = doctor->index.artists > 0 ? doctor->index.artists : 1,
        .slots = BOUNDS_SLOTS,
        .sessions = doctor->config.sessions.count > 0 ? doctor->config.sessions.count : 1,
    };
    struct doctor_machine machine;
    doctor_machine_look(output ? doctor->options.output : NULL, arena_needs(&arena), &machine);
    machine.in_flight = doctor->options.in_flight;
    machine.disk_needed = (LINE_BYTES + TOKEN_BYTES * answer_tokens(doctor)) * doctor->index.artists;
    doctor_machine_tell(&machine, &doctor->report);
}

static void look(struct doctor *doctor) {
    bool good = check_options(doctor) && take_key(doctor);
    check_programs(doctor);
    bool output = false;
    if (good) {
        check_input(doctor);
        output = doctor_files_look(&doctor->options, doctor->named_output, &doctor->config, &doctor->index,
                                   doctor->ids, &doctor->report);
    }
    check_machine(doctor, output);
    if (good && !doctor->made_up && !doctor->options.no_preflight) {
        doctor_api_ask(&doctor->options, &doctor->config, &doctor->report);
    }
}

static int tell_end(const struct doctor_report *report) {
    const unsigned *count = report->count;
    if (count[DOCTOR_WRONG] > 0) {
        (void)printf("\n%u wrong: a run would not begin, or come to nothing\n", count[DOCTOR_WRONG]);
        return EXIT_CODE_WRONG;
    }
    (void)printf("\n%s\n", count[DOCTOR_WARN] > 0
                               ? "nothing is wrong; read the lines of warn"
                               : "all is well: ration plan tells time and cost, ration run "
                                 "--limit 10 tries it");
    return EXIT_CODE_ALL_DONE;
}

static void help(void) {
    (void)puts("usage: ration doctor [options of ration run]\n\n"
               "Looks whether all is there that a run by these options would need: options, key,\n"
               "programs, input, output and what stands there, summary, log, whether it can listen,\n"
               "disk, shared memory, ulimits, memory, terminal, proxy, certificates, whether the API\n"
               "answers and takes the key, model, clock, limits. One line each: ok, warn or wrong,\n"
               "and what to do; all that is wrong is told in one go. The API is asked for its list of\n"
               "models, which costs nothing (--no-preflight: it is not asked); no row is sent, and\n"
               "no file is written.\n\n"
               "exit status: 0 nothing is wrong; 2 something is");
}

int doctor(int count, char **words) {
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
            help();
            return EXIT_CODE_ALL_DONE;
        }
    }
    struct doctor *work = calloc(1, sizeof(*work));
    if (work == NULL || options_parse(count, words, &work->options) != 0) {
        free(work);
        return EXIT_CODE_WRONG;
    }
    key_protect_process();
    signals_catch();
    work->input.fd = work->input.original = -1;
    int prompt = fill_in(work);
    if (doctor_report_begin(&work->report, stdout) != 0) {
        (void)fputs("ration: not all can be told here: there is no room for a log in memory\n", stderr);
    }
    look(work);
    int status = tell_end(&work->report);
    doctor_report_end(&work->report);
    id_table_free(work->ids);
    input_index_free(&work->index);
    config_free(&work->config);
    const int descriptors[] = {work->input.fd, work->input.original, prompt};
    for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
        if (descriptors[i] >= 0) {
            (void)close(descriptors[i]);
        }
    }
    free(work);
    return status;
}
