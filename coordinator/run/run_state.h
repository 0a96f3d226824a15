// All that a run owns. run() makes and releases it; run_prepare.h, run_output.h and run_arena.h fill it.
#ifndef RATION_RUN_STATE_H
#define RATION_RUN_STATE_H

#include "config/config.h"
#include "config/options.h"
#include "crew/crew.h"
#include "crew/in_doubt.h"
#include "input/id_table.h"
#include "input/input_open.h"
#include "member/member_take.h"
#include "output/output_files.h"
#include "output/resume.h"
#include "ration/arena.h"
#include "run/services.h"
#include "view/summary.h"

// Each descriptor has one owner: that of the input is `input`'s, those of output and errors are `files`', the
// log's is log_fd. The crew borrows them, and owns those that it opened itself.
struct run {
    const struct options *options;
    struct member_taken taken; // of a fleet: what another machine shares, and this one was not given
    struct config config;
    struct input_open input;
    struct input_index index;
    struct id_table *ids;
    struct output_files files;
    struct resume *resume;
    char arena_name[ARENA_NAME_SIZE];
    bool doubts_known;                       // its arena knows all that earlier runs left in doubt
    bool arena_left;                         // its name may be another run's by now
    struct in_doubt_stale stale;             // what was in flight when an earlier run was killed
    struct resume_lines lines[OUTPUT_FILES]; // of a fleet's member: whose the lines of earlier runs are
    uint64_t lines_cost;                     // that the lines of earlier runs tell, in nano-dollars
    struct crew crew;
    struct services services;
    struct program_held program;
    char **environment;
    int log_fd, signal_fd;
    struct summary summary;
    bool summarised; // --summary is written
};

// Begin it so.
#define RUN_NOTHING                                                                                \
    {                                                                                              \
        .taken = MEMBER_TAKEN_NOTHING, .input = {.fd = -1, .original = -1},                        \
        .files = {.output = -1, .errors = -1}, .services = SERVICES_NOTHING,                       \
        .crew = {.fd = CREW_NO_DESCRIPTORS}, .program = {.fd = -1}, .log_fd = -1, .signal_fd = -1, \
    }

#endif
