#include "run/run_output.h"

#include "crew/in_doubt.h"
#include "output/batch_parts.h"
#include "output/last_run_file.h"
#include "output/stale_arenas.h"
#include "ration/log.h"
#include "ration/row_head.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool run_output_is_of(const struct run *run, const struct last_run *last) {
    return run->options->resume ||
           (last->device == (uint64_t)run->files.device && last->inode == (uint64_t)run->files.inode);
}

// The record beside the output says so; where there is none, nobody knows.
static bool other_request(const struct run *run) {
    struct last_run *last = malloc(sizeof(*last));
    char asked[LAST_RUN_ASKED];
    const char *model = run->config.settings.model != NULL ? run->config.settings.model : "";
    last_run_asked(run->options->max_output_tokens, &run->config.settings, asked);
    bool other = last != NULL && last_run_file_read(run->options->output, last) == 0 &&
                 (strncmp(last->model, model, sizeof(last->model) - 1) != 0 ||
                  (last->asked[0] != '\0' && strcmp(last->asked, asked) != 0));
    free(last);
    return other;
}

// 0, or -1 after telling: lines of two formats in one file are of no use to anybody.
static int check_format(const struct run *run) {
    const char *format = row_head_format_name(&run->config.settings);
    struct stat status;
    if (run->files.output_new || fstat(run->files.output, &status) != 0 || status.st_size == 0) {
        return 0;
    }
    struct last_run *before = malloc(sizeof(*before));
    bool differs = before != NULL && last_run_file_read(run->files.output_name, before) == 0 &&
                   before->output_format[0] != '\0' && strcmp(before->output_format, format) != 0;
    if (differs) {
        log_fatal("run",
                  "%s: its lines are those of --output-format %s, not %s; go on with that, or name another "
                  "--output",
                  run->files.output_name, before->output_format, format);
    }
    free(before);
    return differs ? -1 : 0;
}

// 0, or -1 after telling: what an earlier run left with a batch API is not asked again.
static int check_parts(struct run *run) {
    const struct options *options = run->options;
    if (options->batch) {
        run->config.settings.batch_journal = batch_parts_path(run->files.output_name);
        if (run->config.settings.batch_journal == NULL) {
            log_fatal("run", "out of memory");
            return -1;
        }
    }
    return batch_parts_check(run->files.output_name, options->resume, options->batch, run->files.output_new);
}

int run_output_take(struct run *run) {
    stale_arenas_clear(); // before files of this run are locked: it closes others, and with them record locks
    if (output_files_open(run->options->output, run->config.errors, run->options->resume, &run->files) != 0) {
        return -1;
    }
    if (check_format(run) != 0 || check_parts(run) != 0) {
        return -1;
    }
    struct changed_input input = {run->input.fd, run->input.name, &run->index, &run->config.settings,
                                  run->options->resume && other_request(run)};
    struct resume_config config = {
        .format = run->config.format,
        .output_fd = run->files.output,
        .output_name = run->files.output_name,
        .errors_fd = run->files.errors,
        .errors_name = run->files.errors_name,
        .ids = run->ids,
        .artists = run->index.artists,
        .retry = run->options->retry_errors,
        .input = &input,
        .redo_changed = run->options->redo_changed,
    };
    if (run->options->fleet != NULL) { // a failure is the fleet's: no machine takes it back alone
        config.retry = (struct outcome_retry){.which = OUTCOME_AGAIN_NONE};
        config.lines = run->lines;
    }
    run->resume = resume_scan(&config);
    id_table_free(run->ids);
    run->ids = NULL;
    return run->resume != NULL ? 0 : -1;
}

// The arena that an earlier run left behind has its name from the output, which resume_repair() may replace:
// the arena must then be found by the new one's name from the moment on at which the new one is the output.
struct names {
    char old[ARENA_NAME_SIZE];
    char next[ARENA_NAME_SIZE]; // or empty
};

static int lock_new_output(void *context, int fd) {
    struct names *names = context;
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return -1;
    }
    arena_name(status.st_dev, status.st_ino, names->next);
    return in_doubt_keep_for(names->old, names->next) != 0 ? -1 : output_files_lock(fd);
}

static int lock_new_errors(void *context, int fd) {
    (void)context;
    return output_files_lock_errors(fd);
}

static int repair(struct run *run, struct names *names) {
    const struct resume_locks locks = {lock_new_output, lock_new_errors, names};
    struct resume_replaced replaced;
    if (resume_repair(run->resume, &locks, &replaced) != 0) {
        if (names->next[0] != '\0') {
            in_doubt_forget_stale(names->next);
        }
        return -1;
    }
    if (output_files_replace(&run->files, replaced.output, replaced.errors) != 0) {
        return -1;
    }
    if (names->next[0] != '\0') {
        in_doubt_forget_stale(names->old);
    }
    return 0;
}

int run_output_repair(struct run *run) {
    struct names names = {.next = ""};
    arena_name(run->files.device, run->files.inode, names.old);
    if (run->files.output_new) {
        in_doubt_forget_stale(names.old); // of a deleted output that had this inode
    } else if (in_doubt_take_stale(names.old, run->input.mark, &run->stale) != 0) {
        return -1;
    }
    if (repair(run, &names) != 0) {
        return -1;
    }
    arena_name(run->files.device, run->files.inode, run->arena_name);
    struct resume_counts counts = resume_counts(run->resume);
    if (run->options->resume) {
        log_info("run",
                 "resuming: %u of %u artists are done, %u failed for good, %u failed ones are asked again",
                 counts.done, run->index.artists, counts.failed, counts.again);
    }
    run->summary.before = counts.done + counts.failed;
    run->lines_cost = counts.cost;
    return 0;
}
