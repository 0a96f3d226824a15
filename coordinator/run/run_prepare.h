// All that must be found in order before a run sends its first request. Whatever can fail without a change to
// files is done before anything is changed.
#ifndef RATION_RUN_PREPARE_H
#define RATION_RUN_PREPARE_H

#include "config/config.h"
#include "config/options.h"
#include "crew/crew.h"
#include "input/id_table.h"
#include "input/input_open.h"
#include "input/input_watch.h"
#include "output/output_files.h"
#include "output/resume.h"
#include "quota/quota_monitor.h"
#include "run/run.h"
#include "system/exit_code.h"
#include "view/summary.h"

// All that a run owns; begin it with RUN_NOTHING.
struct run {
    const struct options *options;
    struct config config;
    struct input_open input;
    struct input_index index;
    struct input_watch watch;
    struct id_table *ids;
    struct output_files files;
    struct resume *resume;
    char arena_name[ARENA_NAME_SIZE];
    bool arena_removed;       // its name may be another run's by now
    struct range_table stale; // artists that were in flight when an earlier run was killed
    uint32_t stale_unknown;
    struct crew crew;
    struct quota_monitor quota;
    char *program;
    char **environment;
    int log_fd, signal_fd;
    struct summary summary;
};

#define RUN_NOTHING                                                                                  \
    {                                                                                                \
        .input = {.fd = -1}, .quota = QUOTA_MONITOR_NOTHING, .files = {.output = -1, .errors = -1},  \
        .crew = {.fd = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}}, .log_fd = -1, .signal_fd = -1, \
    }

// `bar`: a progress bar is drawn between log lines. EXIT_CODE_ALL_DONE: the supervising loop may begin. Else
// the run's exit status, after telling; run_release() then leaves no new file behind.
enum exit_code run_prepare(struct run *run, bool bar);

// In the opposite order of its making.
void run_release(struct run *run);

#endif
