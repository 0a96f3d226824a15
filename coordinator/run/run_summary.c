#include "run/run_summary.h"

#include "ration/clock.h"
#include "ration/log.h"
#include "system/exit_code.h"
#include "system/whole_file.h"
#include "view/summary_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool run_summary_printed(const struct options *options) {
    return options->summary != NULL && strcmp(options->summary, "-") == 0;
}

static const char *how_it_never_began(int exit_status) {
    return exit_status == EXIT_CODE_WRONG     ? "options, configuration or input are wrong; nothing was sent"
           : exit_status == EXIT_CODE_STOPPED ? "stopped; nothing was sent"
                                              : "cannot go on; nothing was sent";
}

static void put(const struct run *run, const char *text) {
    const char *path = run->options->summary;
    if (run_summary_printed(run->options)) {
        summary_print(text);
        return;
    }
    struct whole_file *file = whole_file_open(path);
    int error = file == NULL ? errno : 0;
    if (file != NULL) {
        whole_file_text(file, text);
        error = whole_file_commit(file);
    }
    whole_file_free(file);
    if (error != 0) {
        log_warn("run", "--summary %s: cannot be written: %s", path, strerror(error));
    }
}

void run_summary_write(const struct run *run, int exit_status, const struct snapshot *look) {
    const struct options *options = run->options;
    if (options->summary == NULL) {
        return;
    }
    const struct run_status *status =
        look != NULL && run->services.publish != NULL ? publish_status(run->services.publish) : NULL;
    bool told = exit_status == EXIT_CODE_WRONG || exit_status == EXIT_CODE_CANNOT;
    const struct summary_json what = {
        .exit = exit_status,
        .cause = told && log_cause()[0] != '\0' ? log_cause() : NULL,
        .reason = look != NULL ? run->summary.how_it_ended : how_it_never_began(exit_status),
        .run_id = status != NULL ? status->info.run_id : NULL,
        .started = status != NULL ? status->info.started : NULL,
        .input = options->input,
        .output = options->output,
        .errors = run->config.errors,
        .log_file = options->log_file,
        .provider = run->config.settings.provider,
        .model = run->config.settings.model,
        .wall = clock_wall(),
        .summary = look != NULL ? &run->summary : NULL,
        .look = look,
    };
    char *text = summary_json_text(&what);
    if (text == NULL) {
        log_warn("run", "--summary %s: out of memory", options->summary);
        return;
    }
    put(run, text);
    free(text);
}
