#include "view/last_run_keep.h"

#include "control/last_runs.h"
#include "crew/in_doubt.h"
#include "output/last_run_file.h"
#include "output/last_run_request.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/row_head.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INTERVAL (5 * CLOCK_SECOND)
#define COST_INTERVAL CLOCK_SECOND // while what was spent changes

struct last_run_keep {
    struct last_run run;
    uint64_t begun, written; // monotonic
    bool failed;             // told once
};

static void absolute(const char *name, char out[PATH_MAX]) {
    char *path = name != NULL ? realpath(name, NULL) : NULL;
    (void)strlcpy(out, path != NULL ? path : name != NULL ? name : "", PATH_MAX);
    free(path);
}

static void write_record(struct last_run_keep *keep, bool firm) {
    clock_rfc3339(clock_wall(), keep->run.written);
    keep->written = clock_now();
    if (last_run_file_write(keep->run.output, &keep->run, firm) == 0) {
        keep->failed = false;
    } else if (!keep->failed) {
        keep->failed = true;
        log_warn("run",
                 "no record can be written beside %s: %s; "
                 "the run goes on, but ration status will not tell of it after its end",
                 keep->run.output, strerror(errno));
    }
}

static void take_input(struct last_run *run, const struct last_run_begin *begin) {
    const struct settings *settings = &begin->config->settings;
    const char *encoding = begin->options->encoding;
    (void)strlcpy(run->input_format, settings->format == SETTINGS_JSONL ? "jsonl" : "csv",
                  sizeof(run->input_format));
    // A name that does not fit is none: half of it would be another.
    if (settings->id_column != NULL && strlen(settings->id_column) < sizeof(run->input_id)) {
        (void)strlcpy(run->input_id, settings->id_column, sizeof(run->input_id));
    }
    run->input_delimiter[0] = (char)settings->delimiter;
    (void)strlcpy(run->output_format, row_head_format_name(settings), sizeof(run->output_format));
    (void)strlcpy(run->input_encoding, encoding != NULL ? encoding : "", sizeof(run->input_encoding));
}

static void record_beginning(struct last_run *run, const struct last_run_begin *begin) {
    const struct run_info *info = begin->info;
    (void)strlcpy(run->run_id, info->run_id, sizeof(run->run_id));
    (void)strlcpy(run->output, info->output, sizeof(run->output));
    (void)strlcpy(run->input, info->input, sizeof(run->input));
    (void)strlcpy(run->arena, info->arena, sizeof(run->arena));
    (void)strlcpy(run->begun, info->started, sizeof(run->begun));
    run->pid = info->pid;
    run->exit = -1;
    run->before = begin->before;
    run->device = begin->files->device;
    run->inode = begin->files->inode;
    last_run_file_boot(run->boot);
    absolute(begin->config->errors, run->errors);
    absolute(begin->options->log_file, run->log);
    if (getcwd(run->folder, sizeof(run->folder)) == NULL) {
        run->folder[0] = '\0';
    }
    if (begin->options->words != NULL) {
        last_run_command(begin->options->words, run->command, sizeof(run->command));
    }
    last_run_request_take(begin->options, begin->config, run);
    take_input(run, begin);
}

// What the answers that are there were asked with. `more`: others are added to them.
static void look_before(struct last_run *now, bool more, bool redone) {
    char text[4096];
    struct last_run *before = malloc(sizeof(*before));
    if (before != NULL && last_run_file_read(now->output, before) == 0) {
        last_run_ask_on(before, now, redone);
        last_run_differs(before, now, text, sizeof(text));
        if (more && text[0] != '\0' && before->done > 0) {
            log_warn("run",
                     "%s will hold answers of two kinds: %s; "
                     "name another --output if that is not meant (see --redo-changed, too)",
                     now->output, text);
        }
    }
    free(before);
}

static void take_figures(struct last_run *run, const struct snapshot *look, const struct cost_spent *cost) {
    run->artists = look->artists;
    run->done = look->done;
    run->failed = look->failed;
    run->others = look->gossip.fleet.others;
    run->requests = look->sums.ended;
    run->answers = look->sums.answers;
    last_run_set_tokens(run, &look->sums.tokens);
    run->priced = cost->priced;
    run->cost = cost->spent;
    run->cost_doubt = cost->doubt;
    run->cost_before = cost->all - cost->spent;
    run->cost_before_doubt = cost->all_doubt - cost->doubt;
    run->cost_booked = cost->booked;
    limits_found_write(look, run->limits_found);
}

struct last_run_keep *last_run_keep_begin(const struct last_run_begin *begin, const struct snapshot *look) {
    struct last_run_keep *keep = calloc(1, sizeof(*keep));
    if (keep == NULL) {
        return NULL;
    }
    record_beginning(&keep->run, begin);
    if (begin->options->resume && begin->before > 0) {
        look_before(&keep->run, begin->before < look->artists, begin->options->redo_changed);
    }
    keep->begun = clock_now();
    take_figures(&keep->run, look, &begin->cost);
    write_record(keep, true);
    last_runs_remember(keep->run.output);
    return keep;
}

static bool costs_more(const struct last_run *run, const struct cost_spent *cost) {
    return run->cost != cost->spent || run->cost_doubt != cost->doubt || run->cost_booked != cost->booked;
}

void last_run_keep_tick(struct last_run_keep *keep, const struct snapshot *look,
                        const struct cost_spent *cost, uint64_t in_doubt) {
    uint64_t now = look->at;
    if (keep == NULL || now - keep->written < (costs_more(&keep->run, cost) ? COST_INTERVAL : INTERVAL)) {
        return;
    }
    take_figures(&keep->run, look, cost);
    keep->run.in_doubt = in_doubt;
    keep->run.seconds = (double)(now - keep->begun) / (double)CLOCK_SECOND;
    // What --max-cost counts on is to outlive the machine.
    write_record(keep, look->cost.most > 0);
}

void last_run_keep_end(struct last_run_keep *keep, const struct snapshot *look, const struct cost_spent *cost,
                       const struct last_run_end *end) {
    if (keep == NULL) {
        return;
    }
    struct last_run *run = &keep->run;
    take_figures(run, look, cost);
    run->in_doubt = end->in_doubt;
    run->seconds = (double)end->elapsed / (double)CLOCK_SECOND;
    run->exit = end->exit;
    clock_rfc3339(clock_wall(), run->ended);
    (void)strlcpy(run->how, end->how, sizeof(run->how));
    (void)strlcpy(run->cause, end->cause, sizeof(run->cause));
    (void)strlcpy(run->summary, end->summary != NULL ? end->summary : "", sizeof(run->summary));
    write_record(keep, true);
}

void last_run_keep_forget(struct last_run_keep *keep) {
    if (keep != NULL) {
        last_run_file_remove(keep->run.output);
    }
}

const char *last_run_keep_command(const struct last_run_keep *keep) {
    return keep != NULL ? keep->run.command : "";
}

void last_run_keep_free(struct last_run_keep *keep) {
    free(keep);
}
