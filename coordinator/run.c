#include "run.h"

#include "config.h"
#include "config_tier.h"
#include "control.h"
#include "crew.h"
#include "descriptors.h"
#include "in_doubt.h"
#include "input_check.h"
#include "input_open.h"
#include "log_file.h"
#include "output_files.h"
#include "progress.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/prompt.h"
#include "resume.h"
#include "retry_errors.h"
#include "run_info.h"
#include "signals.h"
#include "spawn.h"
#include "summary.h"
#include "supervisor.h"

#include <bsd/stdlib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// All that a run owns; released in the opposite order of its making.
struct run {
    const struct options *options;
    struct config config;
    struct input_open input;
    struct input_index index;
    struct id_table *ids;
    struct output_files files;
    struct resume *resume;
    char arena_name[ARENA_NAME_SIZE];
    struct range_table stale; // artists that were in flight when an earlier run was killed
    uint32_t stale_unknown;
    struct crew crew;
    char *program;
    char **environment;
    int log_fd, signal_fd;
    struct summary summary;
};

static int open_log(struct run *run, bool bar) {
    const struct options *options = run->options;
    if (options->log_file != NULL) {
        const char *const others[] = {options->input, options->output, run->config.errors, NULL};
        run->log_fd = log_file_open(options->log_file, others);
        if (run->log_fd < 0) {
            return -1;
        }
    }
    struct log_config config = {
        .process = "ration",
        .stderr_level = options->quiet     ? LOG_LEVEL_WARN
                        : options->verbose ? LOG_LEVEL_DEBUG
                                           : LOG_LEVEL_INFO,
        .json_fd = run->log_fd,
        .clear_line = bar,
    };
    log_configure(&config);
    run->config.settings.log_clear_line = bar;
    return 0;
}

// Reads and checks the whole input, and that the prompt finds its columns.
static int take_input(struct run *run) {
    char message[512];
    struct settings *settings = &run->config.settings;
    if (input_open(run->options, &run->input) != 0) {
        return -1;
    }
    if (input_check(run->input.fd, run->input.name, run->input.format, run->options->limit, &run->index, &run->ids) != 0) {
        return -1;
    }
    const char *const *columns = (const char *const *)run->index.column;
    if (prompt_check(settings, columns, run->index.columns, message, sizeof(message)) != 0) {
        log_fatal("config", "%s", message);
        return -1;
    }
    settings->format = run->input.format;
    for (size_t i = 0; i < run->index.columns; i++) {
        settings->column[i] = strdup(run->index.column[i]);
        if (settings->column[i] == NULL) {
            log_fatal("run", "out of memory");
            return -1;
        }
        settings->columns++;
    }
    return 0;
}

static int take_output(struct run *run) {
    struct retry_errors retry;
    if (retry_errors_parse(run->options->retry_errors, &retry) != 0) {
        return -1;
    }
    if (output_files_open(run->options->output, run->config.errors, run->options->resume, &run->files) != 0) {
        return -1;
    }
    struct changed_input input = {run->input.fd, run->input.name, &run->index, &run->config.settings};
    struct resume_config config = {
        .output_fd = run->files.output,
        .output_name = run->files.output_name,
        .errors_fd = run->files.errors,
        .errors_name = run->files.errors_name,
        .ids = run->ids,
        .artists = run->index.artists,
        .retry = retry.which,
        .classes = (const char *const *)retry.class,
        .class_count = retry.count,
        .input = &input,
        .redo_changed = run->options->redo_changed,
    };
    run->resume = resume_scan(&config);
    id_table_free(run->ids);
    run->ids = NULL;
    return run->resume != NULL ? 0 : -1;
}

static void make_run_id(char out[ARENA_RUN_ID_SIZE]) {
    char date[16];
    time_t now = (time_t)(clock_wall() / CLOCK_SECOND);
    struct tm utc;
    (void)gmtime_r(&now, &utc);
    (void)strftime(date, sizeof(date), "%Y%m%dT%H%M%S", &utc);
    (void)snprintf(out, ARENA_RUN_ID_SIZE, "%s-%06x", date, (unsigned)arc4random() & 0xffffffU);
}

static void mark(void *context, uint32_t artist, enum board_verdict verdict) {
    board_set(context, artist, verdict);
}

static void fill_board(struct run *run, struct arena *arena) {
    if (run->index.priority != NULL) {
        for (uint32_t artist = 0; artist < run->index.artists; artist++) {
            board_set_priority(arena, artist, input_index_priority(&run->index, artist));
        }
    } else {
        for (uint32_t artist = 0; artist < run->index.artists; artist++) {
            board_set_priority(arena, artist, RECORD_NORMAL);
        }
    }
    resume_mark(run->resume, mark, arena);
}

static off_t end_of(int fd) {
    off_t end = lseek(fd, 0, SEEK_END);
    return end > 0 ? end : 0;
}

static int make_arena(struct run *run) {
    char id[ARENA_RUN_ID_SIZE];
    make_run_id(id);
    arena_name(run->files.device, run->files.inode, run->arena_name);
    // A new output can have the inode of a deleted one whose arena was left behind.
    if (arena_remove(run->arena_name) != 0 && errno != ENOENT) {
        log_fatal("run", "cannot remove an old arena, /dev/shm%s: %s", run->arena_name, strerror(errno));
        return -1;
    }
    uint64_t workers = run->options->max_workers;
    struct arena_config config = {
        .name = run->arena_name,
        .run_id = id,
        .input_mark = run->input.mark,
        .artists = run->index.artists,
        .slots = ARENA_MAX_SLOTS, // `ration workers` may want more later
        .sessions = 1,
    };
    struct arena *arena = arena_create(&config);
    if (arena == NULL) {
        log_fatal("run", "cannot make the arena in /dev/shm: %s", strerror(errno));
        return -1;
    }
    run->crew.arena = arena;
    run->crew.size = run->crew.wanted = (uint32_t)(workers < run->index.artists ? workers : run->index.artists);
    arena_set_workers(arena, run->crew.wanted);
    ledger_set_limits(arena, 0, &run->config.limits, clock_now());
    ledger_set_estimate(arena, run->config.least_charge);
    fill_board(run, arena);
    resume_free(run->resume);
    run->resume = NULL;
    output_set_length(arena, OUTPUT_ANSWERS, (uint64_t)end_of(run->files.output));
    output_set_length(arena, OUTPUT_ERRORS, (uint64_t)end_of(run->files.errors));
    return 0;
}

// From here on files change. The arena that an earlier run left behind goes first: its name comes from the output as it was,
// which may be replaced, and so does that of the new one, which is made afterwards.
static int repair_output(struct run *run) {
    struct resume_replaced replaced;
    arena_name(run->files.device, run->files.inode, run->arena_name);
    if (in_doubt_take_stale(run->arena_name, run->input.mark, &run->stale, &run->stale_unknown) != 0) {
        return -1;
    }
    if (resume_repair(run->resume, output_files_lock, &replaced) != 0 ||
        output_files_replace(&run->files, replaced.output, replaced.errors) != 0) {
        return -1;
    }
    struct resume_counts counts = resume_counts(run->resume);
    if (run->options->resume) {
        log_info("run", "resuming: %u of %u artists are done, %u failed for good, %u failed ones are asked again",
                 counts.done, run->index.artists, counts.failed, counts.again);
    }
    if (counts.failed > 0) {
        log_info("run", "the failed ones are left as they are; --retry-errors all asks them again");
    }
    run->summary.before = counts.done + counts.failed;
    return 0;
}

static int make_crew(struct run *run) {
    struct crew *crew = &run->crew;
    run->program = spawn_find_program();
    run->environment = spawn_environment(environ);
    if (run->program == NULL || run->environment == NULL) {
        return -1;
    }
    crew->index = &run->index;
    crew->input_name = run->input.name;
    crew->settings = &run->config.settings;
    crew->key = &run->config.key;
    crew->environment = run->environment;
    crew->program = run->program;
    crew->hang_timeout = run->options->hang_timeout;
    crew->cost = (struct cost_watch){.price = run->config.tier.price, .most = run->config.max_cost};
    crew->fd = (struct crew_descriptors){
        .settings = -1,
        .arena = -1,
        .input = run->input.fd,
        .output = run->files.output,
        .errors = run->files.errors,
        .doorbell = -1,
        .life_read = -1,
        .life_write = -1,
        .log = run->log_fd,
        .null = -1,
    };
    crew->output = (struct output){.arena = crew->arena, .fd = {run->files.output, run->files.errors}};
    crew->verdicts = crew_verdicts(crew);
    output_attach(&crew->output);
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew->worker[slot].bell = -1;
        crew->worker[slot].alone = CREW_NOBODY;
    }
    for (int p = 0; p < RECORD_PRIORITIES; p++) {
        if (!range_table_add(&crew->free[p], (struct range){0, run->index.artists})) {
            return -1;
        }
    }
    crew->in_doubt_policy = (enum crew_in_doubt)run->options->in_doubt;
    if (!in_doubt_decide(crew, &run->stale, run->stale_unknown) || spawn_prepare(crew) != 0) {
        return -1;
    }
    run->input.fd = crew->fd.input;
    return 0;
}

static int finish(struct run *run, enum stop_end end, uint64_t started) {
    static const char *const how[] = {
        [STOP_FINISHED] = "finished",
        [STOP_ASKED] = "stopped before the end; go on with --resume",
        [STOP_CANNOT] = "cannot go on; mend the cause, then go on with --resume",
    };
    struct totals totals;
    uint64_t now = clock_now();
    totals_take(run->crew.arena, now, &totals);
    (void)cost_look(&run->crew.cost, &totals);
    run->summary.output_name = run->files.output_name;
    run->summary.errors_name = run->files.errors_name;
    run->summary.how_it_ended = end == STOP_FINISHED && run->crew.skipped.count > 0
                                    ? "finished, but for the artists in doubt, which were left out"
                                    : how[end];
    run->summary.elapsed = now - started;
    run->summary.in_doubt = run->crew.in_doubt + in_doubt_count(run->crew.arena);
    if (output_files_close(&run->files) != 0 && end == STOP_FINISHED) {
        end = STOP_CANNOT;
    }
    if (!run->options->quiet) {
        summary_print(&run->summary, &run->crew, &totals);
    }
    if (end == STOP_FINISHED && run->crew.skipped.count > 0) {
        return RUN_STOPPED;
    }
    if (end == STOP_FINISHED) {
        return totals.failed > 0 ? RUN_SOME_FAILED : RUN_ALL_DONE;
    }
    return end == STOP_ASKED ? RUN_STOPPED : RUN_CANNOT;
}

static int supervise(struct run *run, struct progress *progress) {
    uint64_t started = clock_now();
    progress->started = started;
    log_info("run", "run %s: %u artists, %u workers, input %s, output %s", arena_run_id(run->crew.arena),
             run->index.artists, run->crew.size, run->input.name, run->files.output_name);
    struct run_info info;
    run_info_fill(&info, run->crew.arena, run->arena_name, run->files.output_name, run->input.name);
    struct control *control = control_open(&info);
    enum stop_end end = supervisor_run(&run->crew, progress, run->signal_fd, control);
    control_close(control);
    CRASH_POINT_CHECK(run->crew.arena, run->crew.output.fd);
    struct totals totals;
    uint64_t now = clock_now();
    totals_take(run->crew.arena, now, &totals);
    (void)cost_look(&run->crew.cost, &totals);
    progress_show(progress, &totals, crew_live(&run->crew), now, true);
    progress_end(progress);
    return finish(run, end, started);
}

static void release(struct run *run) {
    spawn_close(&run->crew);
    range_table_free(&run->stale);
    crew_free(&run->crew);
    if (run->crew.arena != NULL) {
        arena_close(run->crew.arena);
        (void)arena_remove(run->arena_name);
    }
    free(run->program);
    free(run->environment);
    resume_free(run->resume);
    output_files_discard(&run->files);
    id_table_free(run->ids);
    input_index_free(&run->index);
    if (run->input.fd >= 0) {
        (void)close(run->input.fd);
    }
    config_free(&run->config);
    if (run->signal_fd >= 0) {
        (void)close(run->signal_fd);
    }
    if (run->log_fd >= 0) {
        (void)close(run->log_fd);
    }
}

int run(const struct options *options) {
    struct progress progress;
    struct run run = {
        .options = options,
        .input = {.fd = -1},
        .files = {.output = -1, .errors = -1},
        .crew = {.fd = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}},
        .log_fd = -1,
        .signal_fd = -1,
    };
    int status = RUN_WRONG;
    key_protect_process();
    progress_start(&progress, (enum options_progress)options->progress, options->quiet, clock_now());
    if (config_make(options, &run.config) != 0 || open_log(&run, progress.mode == OPTIONS_PROGRESS_BAR) != 0 ||
        take_input(&run) != 0 || take_output(&run) != 0) {
        goto done;
    }
    config_tier_tell(options, &run.config);
    status = RUN_CANNOT;
    run.signal_fd = signals_open();
    if (run.signal_fd < 0 || repair_output(&run) != 0 || make_arena(&run) != 0 || make_crew(&run) != 0) {
        goto done;
    }
    status = supervise(&run, &progress);
done:
    release(&run);
    return status;
}
