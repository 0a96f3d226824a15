#include "run/run_prepare.h"

#include "config/config_tier.h"
#include "config/retry_errors.h"
#include "crew/spawn.h"
#include "crew/worker_environment.h"
#include "http/http_service.h"
#include "input/run_input.h"
#include "output/in_doubt.h"
#include "output/output_name.h"
#include "output/stale_arenas.h"
#include "quota/quota_start.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/screen.h"
#include "run/run_arena.h"
#include "system/descriptors.h"
#include "system/exit_code.h"
#include "system/log_file.h"
#include "system/signals.h"
#include "watch/alert_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static int open_log(struct run *run, bool bar) {
    const struct options *options = run->options;
    if (options->log_file != NULL) {
        run->crew.log_file = (struct log_file){
            .path = options->log_file,
            .others = {options->input, options->output, run->config.errors},
        };
        run->log_fd = log_file_open(&run->crew.log_file);
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

static int take_alerts(struct run *run) {
    run->crew.alerts = alert_watch_begin(run->options);
    return run->crew.alerts != NULL ? 0 : -1;
}

static int take_http(struct run *run) {
    return http_service_open(run->options, &run->crew.http);
}

static int find_worker(struct run *run) {
    run->program = spawn_find_program();
    if (run->program == NULL) {
        return -1;
    }
    run->environment = worker_environment_make(environ);
    if (run->environment == NULL) {
        log_fatal("run", "out of memory");
        return -1;
    }
    return 0;
}

static int take_output(struct run *run) {
    struct outcome_retry retry;
    stale_arenas_clear(); // before files of this run are locked: it closes others, and with them record locks
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
        .retry = retry,
        .input = &input,
        .redo_changed = run->options->redo_changed,
    };
    run->resume = resume_scan(&config);
    id_table_free(run->ids);
    run->ids = NULL;
    return run->resume != NULL ? 0 : -1;
}

// All of the crew that needs neither the arena nor the final output.
static int prepare_crew(struct run *run) {
    struct crew *crew = &run->crew;
    uint64_t workers = run->options->max_workers;
    crew->size = crew->wanted = (uint32_t)(workers < run->index.artists ? workers : run->index.artists);
    crew->least = (uint32_t)run->options->min_workers;
    crew->utilisation = utilisation_new();
    if (crew->utilisation == NULL) {
        log_fatal("run", "out of memory");
        return -1;
    }
    crew->index = &run->index;
    crew->input_name = run->input.name;
    crew->settings = &run->config.settings;
    crew->sessions = &run->config.sessions;
    crew->environment = run->environment;
    crew->program = run->program;
    crew->hang_timeout = run->options->hang_timeout;
    crew->cost = (struct cost_watch){.price = run->config.tier.price, .most = run->config.max_cost};
    crew->in_doubt_policy = (enum crew_in_doubt)run->options->in_doubt;
    crew->quota = &run->quota;
    crew->fd.input = run->input.fd;
    crew->fd.log = run->log_fd;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew->worker[slot].bell = -1;
        crew->worker[slot].log_feed = -1;
        crew->worker[slot].alone = CREW_NOBODY;
    }
    for (int p = 0; p < PRIORITIES; p++) {
        if (!range_table_add(&crew->free[p], (struct range){0, run->index.artists})) {
            log_fatal("run", "out of memory");
            return -1;
        }
    }
    int result = spawn_prepare(crew);
    run->input.fd = crew->fd.input;
    input_watch_begin(&run->watch, run->input.fd, run->input.name, &run->index, &run->input.status);
    crew->input = &run->watch;
    run->log_fd = crew->fd.log;
    return result;
}

// The arena that an earlier run left behind has its name from the output, which resume_repair() may replace:
// the arena must then be found by the new one's name from the moment on at which the new one is the output.
// result_rewrite() hands its lock function no context.
static struct {
    char name[ARENA_NAME_SIZE];
    char next[ARENA_NAME_SIZE]; // or empty
} stale;

static int lock_new_output(int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return -1;
    }
    arena_name(status.st_dev, status.st_ino, stale.next);
    return in_doubt_keep_for(stale.name, stale.next) != 0 ? -1 : output_files_lock(fd);
}

// From here on files change.
static int repair_output(struct run *run) {
    static const struct resume_locks locks = {lock_new_output, output_files_lock_errors};
    struct resume_replaced replaced;
    arena_name(run->files.device, run->files.inode, stale.name);
    stale.next[0] = '\0';
    if (run->files.output_new) {
        in_doubt_forget_stale(stale.name); // of a deleted output that had this inode
    } else if (in_doubt_take_stale(stale.name, run->input.mark, &run->stale, &run->stale_unknown) != 0) {
        return -1;
    }
    if (resume_repair(run->resume, &locks, &replaced) != 0) {
        if (stale.next[0] != '\0') {
            in_doubt_forget_stale(stale.next);
        }
        return -1;
    }
    if (output_files_replace(&run->files, replaced.output, replaced.errors) != 0) {
        return -1;
    }
    if (stale.next[0] != '\0') {
        in_doubt_forget_stale(stale.name);
    }
    arena_name(run->files.device, run->files.inode, run->arena_name);
    struct resume_counts counts = resume_counts(run->resume);
    if (run->options->resume) {
        log_info("run",
                 "resuming: %u of %u artists are done, %u failed for good, %u failed ones are asked again",
                 counts.done, run->index.artists, counts.failed, counts.again);
    }
    run->summary.before = counts.done + counts.failed;
    return 0;
}

// What a run that was killed has used of the day stands in its arena alone.
static void begin_quota(struct run *run) {
    struct quota_start_dead dead;
    dead.found = in_doubt_stale_quota(run->arena_name, dead.run, &dead.quota);
    quota_start_begin(&run->quota, run->crew.arena, &dead, clock_now());
}

// The crew gets the arena and the output; only then is what an earlier run left behind forgotten.
static int complete_crew(struct run *run) {
    struct crew *crew = &run->crew;
    crew->fd.output = run->files.output;
    crew->fd.errors = run->files.errors;
    crew->files = &run->files;
    crew->output = (struct output){.arena = crew->arena, .fd = {run->files.output, run->files.errors}};
    crew->verdicts = crew_verdicts(crew);
    output_attach(&crew->output);
    output_note_links(&crew->output);
    if (spawn_share_arena(crew) != 0 || !in_doubt_decide(crew, &run->stale, run->stale_unknown)) {
        return -1;
    }
    begin_quota(run);
    return in_doubt_forget_stale(run->arena_name);
}

enum exit_code run_prepare(struct run *run, bool bar) {
    signals_catch();
    if (config_make(run->options, &run->config) != 0 ||
        output_name_check(run->options, run->config.errors) != 0 || open_log(run, bar) != 0 ||
        take_alerts(run) != 0 || take_http(run) != 0 || find_worker(run) != 0 ||
        run_input_take(run->options, &run->config.settings, &run->input, &run->index, &run->ids) != 0 ||
        signals_caught() || take_output(run) != 0 || signals_caught() ||
        quota_start_open(&run->quota, run->options, run->config.errors) != 0) {
        goto refused;
    }
    config_tier_tell(run->options, &run->config);
    if (run->options->sessions != NULL) {
        config_sessions_tell(&run->config.sessions, &run->config.settings);
    }
    screen_begin(); // from here on a signal would not end a write that waits
    run->signal_fd = signals_open();
    if (run->signal_fd < 0) {
        log_fatal("run", "cannot take signals: %s", descriptors_problem(errno));
        return EXIT_CODE_CANNOT;
    }
    if (signals_caught()) {
        goto refused;
    }
    if (prepare_crew(run) != 0 || repair_output(run) != 0 || run_arena_make(run) != 0 ||
        complete_crew(run) != 0) {
        return EXIT_CODE_CANNOT;
    }
    return EXIT_CODE_ALL_DONE;
refused:
    if (signals_caught()) {
        screen_begin();
        log_warn("run", "stopped; nothing was sent");
        return EXIT_CODE_STOPPED;
    }
    return EXIT_CODE_WRONG;
}

void run_release(struct run *run) {
    http_service_close(run->crew.http);
    alert_watch_end(run->crew.alerts);
    spawn_close(&run->crew);
    range_table_free(&run->stale);
    crew_free(&run->crew);
    if (run->crew.arena != NULL) {
        arena_close(run->crew.arena);
        if (!run->arena_removed) {
            (void)arena_remove(run->arena_name);
        }
    }
    quota_state_close(&run->quota.state);
    free(run->program);
    free(run->environment);
    resume_free(run->resume);
    output_files_discard(&run->files);
    id_table_free(run->ids);
    input_watch_end(&run->watch);
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
