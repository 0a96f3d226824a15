#include "run/run.h"
#include "export/sample_tell.h"

#include "control/run_info.h"
#include "crew/in_doubt.h"
#include "crew/output_watch.h"
#include "output/batch_parts.h"
#include "output/summary_place.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/log.h"
#include "ration/output_sync.h"
#include "run/conditions.h"
#include "run/mix.h"
#include "run/run_prepare.h"
#include "run/run_summary.h"
#include "run/supervisor.h"
#include "system/exit_code.h"

// So long its last lines wait for who reads standard error: while nothing moves, and in all.
#define STILL (2 * CLOCK_SECOND)
#define MOST (10 * CLOCK_SECOND)

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool nothing_sent(const struct run *run, const struct snapshot *look) {
    return look->sums.ended == 0 && look->sums.spent_requests == 0 && run->summary.in_doubt == 0 &&
           look->done + look->failed == run->summary.before;
}

#define WITH_ITS_FLEET "stopped with its fleet; after ration fleet resume go on with --resume"

static const char *how_it_ended(const struct run *run, enum stop_end end, bool nothing) {
    if (end == STOP_FINISHED) {
        return run->crew.skipped.count > 0 ? "finished, but for the artists in doubt, which were left out"
                                           : "finished";
    }
    if (nothing) {
        return end == STOP_ASKED ? "stopped; nothing was sent" : "cannot go on; nothing was sent";
    }
    if (end == STOP_ASKED && member_stopped(run->services.member)) {
        return WITH_ITS_FLEET;
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
    last_run_keep_end(run->services.last, look, &run->summary.cost,
                      &(struct last_run_end){.how = run->summary.how_it_ended,
                                             .cause = end == STOP_CANNOT ? log_cause() : "",
                                             .summary = text,
                                             .exit = (int)exit_of(run, end, look),
                                             .in_doubt = run->summary.in_doubt,
                                             .elapsed = run->summary.elapsed});
    free(text);
}

static void tell_sample(const struct run *run, const struct snapshot *look) {
    int fd = open(run->summary.output_name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) { // there is none, or no more: the summary tells
        return;
    }
    char *text = sample_tell(&run->summary, look, &run->config.rates[0], fd, run->input.whole);
    if (text != NULL) {
        summary_print(text);
    }
    free(text);
    (void)close(fd);
}

// What a batch API has still.
static void look_at_parts(struct run *run, enum stop_end end) {
    struct batch_list *list = &run->services.parts.list;
    if (end == STOP_FINISHED) {
        batch_parts_end(run->files.output_name);
    }
    if (run->config.settings.batch) {
        batch_list_at_rest(list);
        run->summary.batches = (struct summary_batches){
            .list = list,
            .run = arena_run_id(run->crew.arena),
            .output = run->options->output,
            .command = last_run_keep_command(run->services.last),
        };
    }
}

// What the API has is nothing that could be thrown away.
static bool parts_are_left(const struct run *run) {
    return run->summary.batches.list != NULL && run->summary.batches.list->parts > 0;
}

// The figures of the end are those of the last look.
static enum exit_code finish(struct run *run, enum stop_end end, const struct snapshot *look,
                             uint64_t started) {
    run->summary.output_name = run->files.output_name;
    run->summary.errors_name = run->files.errors_name;
    run->summary.elapsed = look->at - started;
    run->summary.in_doubt = in_doubt_of_run(&run->crew);
    look_at_parts(run, end);
    run->summary.cost = cost_look(&run->services.cost, look);
    run->summary.crew = crew_look(&run->crew);
    run->summary.cache_asked = run->options->cache_prompt;
    bool nothing = end != STOP_FINISHED && !parts_are_left(run) && nothing_sent(run, look);
    // As long as the output is locked: the next run of this output has an arena and a record by the same
    // names.
    run->summary.undecided = in_doubt_count(run->crew.arena);
    member_ended(run->services.member);
    in_doubt_leave(run->crew.arena, run->arena_name);
    run->arena_left = true;
    keep_record(run, end, nothing, look);
    if (nothing && run->files.output_new) {
        last_run_keep_forget(run->services.last);
        output_files_discard(&run->files);
    } else if (output_files_close(&run->files) != 0 && end == STOP_FINISHED) {
        end = STOP_CANNOT;
        keep_record(run, end, nothing, look);
    }
    run->summary.how_it_ended = how_it_ended(run, end, nothing);
    bool silent = run->options->quiet || run_summary_printed(run->options);
    char *text = silent ? NULL : summary_text(&run->summary, look);
    if (text != NULL) {
        summary_print(text);
    }
    free(text);
    if (run->input.whole > 0 && !run->options->quiet) {
        tell_sample(run, look);
    }
    summary_log(&run->summary, look, (int)exit_of(run, end, look));
    if (!mix_goes_on(run, (int)exit_of(run, end, look))) { // else the run of the rest writes it
        run_summary_write(run, (int)exit_of(run, end, look), look);
    }
    run->summarised = true;
    return exit_of(run, end, look);
}

static const char *publish_words(const struct run *run, enum stop_end end) {
    return end == STOP_FINISHED                                        ? "finished"
           : end == STOP_ASKED && member_stopped(run->services.member) ? WITH_ITS_FLEET
           : end == STOP_ASKED ? "stopped before the end; go on with --resume"
                               : "cannot go on; go on with --resume when the cause is mended";
}

// The last look, of a run without processes: what is published of it stays.
static void publish_last(struct run *run, enum stop_end end) {
    struct snapshot look;
    struct services *services = &run->services;
    struct crew_look crew = crew_look(&run->crew);
    snapshot_look(run->crew.arena, clock_now(), clock_wall(), &look);
    member_look(services->member, &look.gossip.fleet);
    const struct batch_list *batches = run->config.settings.batch ? &services->parts.list : NULL;
    if (batches != NULL) {
        batch_watch_look(&services->parts, run->files.output_name, CLOCK_NEVER);
    }
    alert_watch_tick(services->alerts, &look, &crew, batches); // a short run may not have had one
    const struct publish_facts facts = {
        .batches = batches,
        .look = &look,
        .crew = &crew,
        .utilisation = services->utilisation,
        .alerts = services->alerts,
        .cost = cost_look(&services->cost, &look),
        .fleet = &look.gossip.fleet,
    };
    publish_end(services->publish, &facts, publish_words(run, end));
}

// --keep-listening: who looks in later still finds the last figures. Whoever ended the run by a signal wants
// its process gone.
static void keep_listening(struct run *run) {
    struct services *services = &run->services;
    if (run->options->keep_listening == 0 || services->http == NULL || run->crew.stop.asked_at != 0) {
        return;
    }
    quota_state_close(&services->quota.state); // the next run of this output needs it
    http_service_linger(services->http, run->options->keep_listening, run->signal_fd, &services->manager);
}

// Those that serve the loop alone. 0, or -1 after telling.
static int open_for_loop(struct run *run, uint64_t now) {
    struct services *services = &run->services;
    struct run_info info;
    run_info_fill(&info, run->crew.arena, run->arena_name, run->files.output_name, run->input.name);
    const struct publish_begin publish_begin = {
        .arena = run->crew.arena,
        .errors_fd = run->crew.fd.errors,
        .format = run->config.format,
        .info = &info,
        .before = run->summary.before,
        .daily_limit = run->options->daily_limit,
        .cost = services->cost,
        .in_flight = run->config.settings.in_flight,
        .quota_pause = services->quota.pause,
    };
    services->publish = publish_new(&publish_begin, now);
    if (services->publish == NULL) {
        log_fatal("run", "out of memory");
        return -1;
    }
    const struct last_run_begin begin = {
        .options = run->options,
        .config = &run->config,
        .info = &info,
        .files = &run->files,
        .before = run->summary.before,
        .cost = cost_look(&services->cost, &publish_status(services->publish)->now)};
    services->last = last_run_keep_begin(&begin, &publish_status(services->publish)->now);
    if (run->config.settings.batch) {
        batch_watch_look(&services->parts, run->files.output_name, now);
        alert_watch_batches(services->alerts, &services->parts.list);
    }
    services->control = control_open(&info);
    run->crew.fd.rescue =
        output_watch_rescue_open(services->control != NULL ? control_folder(services->control)->fd : -1);
    return 0;
}

// A run has finished only when no row is left, which is told.
static bool rows_are_left(const struct run *run) {
    uint64_t left = crew_left(&run->crew);
    if (left > 0) {
        log_fatal("run", "%" PRIu64 " artists have neither an answer nor an error; go on with --resume",
                  left);
    }
    return left > 0;
}

// The record of a run and its last figures are made while its arena and its output are still its own.
static enum exit_code end_loop(struct run *run, enum stop_end end, uint64_t started) {
    struct services *services = &run->services;
    if (!input_watch_tick(&services->input, CLOCK_NEVER)) {
        end = STOP_CANNOT;
    }
    if (!output_watch_end(&run->crew)) {
        end = STOP_CANNOT;
    }
    // The kernel tells once of bytes that it has lost: closing the files would not find it out.
    if (end != STOP_CANNOT && !conditions_synced(output_sync_error(run->crew.arena))) {
        end = STOP_CANNOT;
    }
    control_close(services->control);
    services->control = NULL;
    if (end == STOP_FINISHED && rows_are_left(run)) {
        end = STOP_CANNOT;
    }
    quota_monitor_end(&services->quota, run->crew.arena, clock_now());
    CRASH_POINT_CHECK(run->crew.arena, run->crew.output.fd);
    publish_last(run, end);
    progress_end(&services->progress, publish_status(services->publish));
    enum exit_code status = finish(run, end, &publish_status(services->publish)->now, started);
    keep_listening(run);
    http_service_close(services->http);
    services->http = NULL;
    last_run_keep_free(services->last);
    services->last = NULL;
    publish_free(services->publish);
    services->publish = NULL;
    return status;
}

static enum exit_code supervise(struct run *run) {
    uint64_t started = clock_now();
    log_info("run", "run %s: %u artists, %u workers, input %s, output %s", arena_run_id(run->crew.arena),
             run->index.artists, run->crew.size, run->input.name, run->files.output_name);
    if (open_for_loop(run, started) != 0) {
        return EXIT_CODE_CANNOT;
    }
    enum stop_end end = supervisor_run(&run->crew, &run->services, run->signal_fd);
    return end_loop(run, end, started);
}

static enum exit_code work(struct run *run) {
    switch (run_prepare(run, run->services.progress.mode == OPTIONS_PROGRESS_BAR)) {
    case RUN_PREPARED_READY:
        return supervise(run);
    case RUN_PREPARED_WRONG:
        return EXIT_CODE_WRONG;
    case RUN_PREPARED_STOPPED:
        return EXIT_CODE_STOPPED;
    case RUN_PREPARED_CANNOT:
    default:
        return EXIT_CODE_CANNOT;
    }
}

int run(const struct options *options) {
    struct run run = RUN_NOTHING;
    struct services *services = &run.services;
    run.options = options;
    key_protect_process();
    if (summary_place_check(options) != 0) {
        return EXIT_CODE_WRONG;
    }
    service_manager_begin(&services->manager);
    progress_start(&services->progress, options->progress, options->quiet, clock_now());
    enum exit_code status = work(&run);
    if (!run.summarised) {
        run_summary_write(&run, (int)status, NULL);
    }
    bool goes_on = mix_goes_on(&run, (int)status);
    run_release(&run);
    if (!goes_on) {
        service_manager_stopping(&services->manager);
    }
    service_manager_end(&services->manager);
    if (goes_on) {
        log_info("batch", "the rest is asked one by one");
        mix_go_on(options);
    }
    log_end(STILL, MOST);
    return (int)status;
}
