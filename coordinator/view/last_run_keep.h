// Keeps the record of a run beside its output: written at its beginning, every few seconds, and at its end.
#ifndef RATION_LAST_RUN_KEEP_H
#define RATION_LAST_RUN_KEEP_H

#include "config/config.h"
#include "control/run_info.h"
#include "output/output_files.h"
#include "plan/cost.h"
#include "ration/snapshot.h"

struct last_run_keep;

struct last_run_begin {
    const struct options *options;
    const struct config *config;
    const struct run_info *info;
    const struct output_files *files;
    uint32_t before; // verdicts of earlier runs
    struct cost_spent cost;
};

// Warns where answers are to be added to an output that was made by another model or provider. NULL: out of
// memory, or the record cannot be written, which is told; the run goes on without.
struct last_run_keep *last_run_keep_begin(const struct last_run_begin *begin, const struct snapshot *look);

// In each tick.
void last_run_keep_tick(struct last_run_keep *keep, const struct snapshot *look,
                        const struct cost_spent *cost, uint64_t in_doubt);

struct last_run_end {
    const char *how;     // in words
    const char *cause;   // why it cannot go on; or ""
    const char *summary; // as it is printed; or NULL
    int exit;
    uint64_t in_doubt, elapsed; // elapsed in nanoseconds
};
// May be called again when the end turns out to be another one. `keep` may be NULL.
void last_run_keep_end(struct last_run_keep *keep, const struct snapshot *look, const struct cost_spent *cost,
                       const struct last_run_end *end);

// Nothing was sent and no output was left: neither is a record.
void last_run_keep_forget(struct last_run_keep *keep);

// The command that goes on with the run, for a shell; "": not known.
const char *last_run_keep_command(const struct last_run_keep *keep);
void last_run_keep_free(struct last_run_keep *keep);

#endif
