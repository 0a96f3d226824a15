#include "run/run.h"

#include "control/control.h"
#include "control/run_info.h"
#include "crew/output_watch.h"
#include "http/http_service.h"
#include "output/in_doubt.h"
#include "quota/quota_monitor.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/log.h"
#include "run/run_prepare.h"
#include "run/supervisor.h"
#include "system/exit_code.h"
#include "system/service.h"
#include "view/last_run_keep.h"
#include "view/progress.h"
#include "view/publish.h"
#include "watch/alert_watch.h"

// So long its last lines wait for who reads standard error: while nothing moves, and in all.
#define STILL (2 * CLOCK_SECOND)
#define MOST (10 * CLOCK_SECOND)

#include <stdio.h>
#include <stdlib.h>

static bool nothing_sent(const struct run *run, const struct snapshot *look) {
    return look->sums.ended == 0 && look->sums.spent_requests == 0 && run->summary.in_doubt == 0 &&
           look->done + look->failed == run->summary.before;
}

static const char *how_it_ended(const struct run *run, enum stop_end end, bool nothing) {
    if (end == STOP_FINISHED) {
        return run->crew.skipped.count > 0 ? "finished, but for the artists in doubt, which were left out"
                                           : "finished";
    }
    if (nothing) {
        return end == STOP_ASKED ? "stopped; nothing was sent" : "cannot go on; nothing was sent";
    }
    return end == STOP_ASKED ? "stopped before the end; go on with --resume"
                             : "cannot go on; mend the cause, then go on with --resume";
}

static enum exit_code exit_of(const struct run *run, enum stop_end end, const struct snapshot *look) {
    switch (end) {
    case STOP_FINISHED:
        if (run->crew.skipped.count > 0) {
            return EXIT_CODE_STOPPED;
        }
        return look->failed > 0 ? EXIT_CODE_SOME_FAILED : EXIT_CODE_ALL_DONE;
    case STOP_ASKED:
        return EXIT_CODE_STOPPED;
    case STOP_CANNOT:
    default:
        return EXIT_CODE_CANNOT;
    }
}

static void keep_record(struct run *run, enum stop_end end, bool nothing, const struct snapshot *look) {
    run->summary.how_it_ended = how_it_ended(run, end, nothing);
    char *text = summary_text(&run->summary, look);
    last_run_keep_end(run->crew.last, look, &run->summary.cost,
                      &(struct last_run_end){.how = run->summary.how_it_ended,
                                             .summary = text,
                                             .exit = (int)exit_of(run, end, look),
                                             .in_doubt = run->summary.in_doubt,
                                             .elapsed = run->summary.elapsed});
    free(text);
}

// The figures of the end are those of the last look.
static enum exit_code finish(struct run *run, enum stop_end end, const struct snapshot *look,
                             uint64_t started) {
    run->summary.output_name = run->files.output_name;
    run->summary.errors_name = run->files.errors_name;
    run->summary.elapsed = look->at - started;
    run->summary.in_doubt = in_doubt_of_run(&run->crew);
    run->summary.cost = cost_look(&run->crew.cost, look);
    run->summary.crew = crew_look(&run->crew);
    bool nothing = end != STOP_FINISHED && nothing_sent(run, look);
    // As long as the output is locked: the next run of this output has an arena and a record by the same
    // names.
    (void)arena_remove(run->arena_name);
    run->arena_removed = true;
    keep_record(run, end, nothing, look);
    if (nothing && run->files.output_new) {
        last_run_keep_forget(run->crew.last);
        output_files_discard(&run->files);
    } else if (output_files_close(&run->files) != 0 && end == STOP_FINISHED) {
        end = STOP_CANNOT;
        keep_record(run, end, nothing, look);
    }
    run->summary.how_it_ended = how_it_ended(run, end, nothing);
    char *text = run->options->quiet ? NULL : summary_text(&run->summary, look);
    if (text != NULL) {
        summary_print(text);
    }
    free(text);
    summary_log(&run->summary, look, (int)exit_of(run, end, look));
    return exit_of(run, end, look);
}

static const char *publish_words(enum stop_end end) {
    return end == STOP_FINISHED ? "finished"
           : end == STOP_ASKED  ? "stopped before the end; go on with --resume"
                                : "cannot go on; go on with --resume when the cause is mended";
}

// The last look, of a run without processes: what is published of it stays.
static void publish_last(struct run *run, struct publish *publish, enum stop_end end) {
    struct snapshot look;
    struct crew_look crew = crew_look(&run->crew);
    snapshot_look(run->crew.arena, clock_now(), clock_wall(), &look);
    alert_watch_tick(run->crew.alerts, &look, &crew); // a short run may not have had one
    const struct publish_facts facts = {
        .look = &look,
        .crew = &crew,
        .utilisation = run->crew.utilisation,
        .alerts = run->crew.alerts,
        .cost = cost_look(&run->crew.cost, &look),
    };
    publish_end(publish, &facts, publish_words(end));
}

// --keep-listening: who looks in later still finds the last figures. Whoever ended the run by a signal wants
// its process gone.
static void keep_listening(struct run *run) {
    if (run->options->keep_listening == 0 || run->crew.http == NULL || run->crew.stop.asked_at != 0) {
        return;
    }
    quota_state_close(&run->quota.state); // the next run of this output needs it
    http_service_linger(run->crew.http, run->options->keep_listening, run->signal_fd, run->crew.service);
}

static enum exit_code supervise(struct run *run, struct progress *progress) {
    uint64_t started = clock_now();
    log_info("run", "run %s: %u artists, %u workers, input %s, output %s", arena_run_id(run->crew.arena),
             run->index.artists, run->crew.size, run->input.name, run->files.output_name);
    struct run_info info;
    run_info_fill(&info, run->crew.arena, run->arena_name, run->files.output_name, run->input.name);
    const struct publish_begin publish_begin = {
        .arena = run->crew.arena,
        .errors_fd = run->crew.fd.errors,
        .info = &info,
        .before = run->summary.before,
        .daily_limit = run->options->daily_limit,
        .cost = run->crew.cost,
        .in_flight = run->config.settings.in_flight,
        .quota_pause = run->quota.pause,
    };
    struct publish *publish = publish_new(&publish_begin, started);
    if (publish == NULL) {
        log_fatal("run", "out of memory");
        return EXIT_CODE_CANNOT;
    }
    struct last_run_begin begin = {.options = run->options,
                                   .config = &run->config,
                                   .info = &info,
                                   .files = &run->files,
                                   .before = run->summary.before};
    run->crew.last = last_run_keep_begin(&begin, &publish_status(publish)->now);
    struct control *control = control_open(&info);
    run->crew.fd.rescue = output_watch_rescue_open(control != NULL ? control_folder(control)->fd : -1);
    enum stop_end end = supervisor_run(&run->crew, progress, publish, run->signal_fd, control);
    if (!input_watch_tick(&run->watch, CLOCK_NEVER)) {
        end = STOP_CANNOT;
    }
    if (!output_watch_end(&run->crew)) {
        end = STOP_CANNOT;
    }
    control_close(control);
    quota_monitor_end(&run->quota, run->crew.arena, clock_now());
    CRASH_POINT_CHECK(run->crew.arena, run->crew.output.fd);
    publish_last(run, publish, end);
    progress_end(progress, publish_status(publish));
    enum exit_code status = finish(run, end, &publish_status(publish)->now, started);
    keep_listening(run);
    http_service_close(run->crew.http);
    run->crew.http = NULL;
    publish_free(publish);
    last_run_keep_free(run->crew.last);
    run->crew.last = NULL;
    return status;
}

int run(const struct options *options) {
    struct progress progress;
    struct service service;
    struct run run = RUN_NOTHING;
    run.options = options;
    run.crew.service = &service;
    key_protect_process();
    service_begin(&service);
    progress_start(&progress, (enum options_progress)options->progress, options->quiet, clock_now());
    enum exit_code status = run_prepare(&run, progress.mode == OPTIONS_PROGRESS_BAR);
    if (status == EXIT_CODE_ALL_DONE) {
        status = supervise(&run, &progress);
    }
    run_release(&run);
    service_stopping(&service);
    service_end(&service);
    log_end(STILL, MOST);
    return (int)status;
}
