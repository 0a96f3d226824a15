#include "begin/doctor_files.h"

#include "http/http_wanted.h"
#include "output/batch_parts.h"
#include "output/output_name.h"
#include "output/output_place.h"
#include "output/resume.h"
#include "output/summary_place.h"
#include "ration/row_head.h"
#include "system/log_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

// Whether the lines that stand there are of this input, by what a run that goes on reads.
static void read_lines(const struct options *options, const struct config *config,
                       const struct input_index *index, struct id_table *ids) {
    const struct resume_config resume = {
        .format = row_head_format(&config->settings),
        .output_fd = open(options->output, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK),
        .output_name = options->output,
        .errors_fd = open(config->errors, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK),
        .errors_name = config->errors,
        .ids = ids,
        .artists = index->artists,
        .retry = options->retry_errors,
    };
    if (resume.format != NULL &&
        resume.output_fd >= 0) { // the columns of the input may not be those of a run
        resume_free(resume_scan(&resume));
    }
    const int descriptors[] = {resume.output_fd, resume.errors_fd};
    for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
        if (descriptors[i] >= 0) {
            (void)close(descriptors[i]);
        }
    }
    result_format_free((struct result_format *)resume.format);
}

// A journal with nothing in it would be forgotten by a run that begins anew, but not by who looks.
static bool parts_are_in_the_way(const struct options *options) {
    struct batch_parts_left left;
    return batch_parts_look(options->output, &left) != 0 ||
           (left.parts > 0 &&
            batch_parts_check(options->output, options->resume, options->batch, false) != 0);
}

static bool look_at_output(const struct options *options, const struct config *config,
                           const struct input_index *index, struct id_table *ids) {
    if (output_name_check(options, config->errors) != 0 ||
        output_place_look("output", options->output, options->resume) != 0 ||
        output_place_look("errors", config->errors, options->resume) != 0 || parts_are_in_the_way(options)) {
        return false;
    }
    if (options->resume && ids != NULL && access(options->output, F_OK) == 0) {
        read_lines(options, config, index, ids);
    }
    return true;
}

static void look_at_others(const struct options *options, const struct config *config,
                           struct doctor_report *report) {
    char token[HTTP_TOKEN_SIZE] = "";
    struct http *http;
    (void)summary_place_check(options);
    (void)doctor_report_hear(report, "summary");
    const struct log_file log = {.path = options->log_file,
                                 .others = {options->input, options->output, config->errors}};
    if (log.path != NULL) {
        (void)log_file_look(&log);
        (void)doctor_report_hear(report, "log");
    }
    if (http_wanted_open(options, token, &http) == 0 && http != NULL) {
        http_close(http, NULL);
    }
    explicit_bzero(token, sizeof(token));
    (void)doctor_report_hear(report, "listen");
}

bool doctor_files_look(const struct options *options, bool named, const struct config *config,
                       const struct input_index *index, struct id_table *ids, struct doctor_report *report) {
    unsigned wrong = report->count[DOCTOR_WRONG];
    if (named) {
        (void)look_at_output(options, config, index, ids);
        if (doctor_report_hear(report, "output") == 0) {
            doctor_report_tell(report, DOCTOR_OK, "output", "%s", options->output);
        }
    } else {
        doctor_report_tell(report, DOCTOR_WARN, "output", "none is named yet: --output FILE");
    }
    bool good = named && report->count[DOCTOR_WRONG] == wrong;
    look_at_others(options, config, report);
    return good;
}
