#include "view/last_run_told.h"

#include "crew/in_doubt.h"
#include "output/batch_watch.h"
#include "output/last_run_file.h"
#include "plan/cost.h"
#include "ration/clock.h"
#include "ration/snapshot.h"
#include "ration/utf8.h"
#include "view/json_fields.h"
#include "view/last_run_batches.h"
#include "view/status_json.h"
#include "view/status_json_batches.h"
#include "view/tokens_told.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// What its arena knows is newer than the record.
static void look_at_arena(struct last_run *run) {
    struct arena *arena = arena_open(run->arena, false);
    if (arena != NULL && strcmp(arena_run_id(arena), run->run_id) == 0) {
        struct snapshot look;
        snapshot_take(arena, clock_now(), clock_wall(), &look);
        run->done = look.done;
        run->failed = look.failed;
        run->others = look.gossip.fleet.others;
        run->requests = look.sums.ended;
        last_run_set_tokens(run, &look.sums.tokens);
        run->in_doubt += in_doubt_count(arena);
        struct ledger_paid left;
        ledger_cost_left(arena, &left);
        run->cost = left.spent - look.cost.before.spent;
        run->cost_doubt = left.doubt - look.cost.before.doubt;
    }
    arena_close(arena);
}

void last_run_told_take(const struct last_runs_one *one, struct last_run_told *told) {
    struct stat status;
    *told = (struct last_run_told){.output = one->output, .run = one->run};
    told->state = last_run_file_state(one->output, &one->run);
    told->output_gone = stat(one->output, &status) != 0;
    // --resume may have put a new file there: only a run that has ended knows which one it left.
    told->output_other =
        !told->output_gone && told->state == LAST_RUN_ENDED && (uint64_t)status.st_ino != one->run.inode;
    (void)strlcpy(told->seen, one->run.written, sizeof(told->seen));
    batch_watch_once(one->output, false, &told->batches);
    if (told->state == LAST_RUN_ENDED) {
        return;
    }
    look_at_arena(&told->run);
    if (!told->output_gone) {
        char changed[CLOCK_RFC3339_SIZE];
        clock_rfc3339((uint64_t)status.st_mtim.tv_sec * CLOCK_SECOND + (uint64_t)status.st_mtim.tv_nsec,
                      changed);
        if (strcmp(changed, told->seen) > 0) {
            (void)strlcpy(told->seen, changed, sizeof(told->seen));
        }
    }
}

static bool some_are_left(const struct last_run_told *told) {
    return last_run_left(&told->run) > 0;
}

void last_run_told_command(const struct last_run_told *told, char *out, size_t size) {
    char here[PATH_MAX];
    const struct last_run *run = &told->run;
    out[0] = '\0';
    if (run->command[0] == '\0' || !some_are_left(told)) {
        return;
    }
    if (run->folder[0] != '\0' && (getcwd(here, sizeof(here)) == NULL || strcmp(here, run->folder) != 0)) {
        char *words[] = {(char *)(uintptr_t)run->folder, NULL};
        char folder[PATH_MAX + 32];
        last_run_command(words, folder, sizeof(folder)); // "ration FOLDER --resume", for its quotes
        folder[strlen(folder) > 9 ? strlen(folder) - 9 : 0] = '\0';
        (void)snprintf(out, size, "cd %s && ", folder + 7);
    }
    (void)strlcat(out, run->command, size);
}

void last_run_told_state(const struct last_run_told *told, FILE *out) {
    const struct last_run *run = &told->run;
    switch (told->state) {
    case LAST_RUN_AT_WORK:
        (void)fprintf(out, "run %s is at work on %s; it is not told where this command looks\n", run->run_id,
                      told->output);
        break;
    case LAST_RUN_ENDED:
        (void)fprintf(out, "run %s ended at %s, exit %d: %s\n", run->run_id, run->ended, run->exit, run->how);
        if (run->cause[0] != '\0') {
            char cause[sizeof(run->cause) * 2];
            (void)fprintf(out, "  cause         %s\n", utf8_shown(run->cause, cause, sizeof(cause)));
        }
        break;
    case LAST_RUN_FINISHING:
        (void)fprintf(
            out, "the coordinator of run %s was killed at about %s; its workers finish what is in flight\n",
            run->run_id, told->seen);
        break;
    case LAST_RUN_KILLED:
        (void)fprintf(out, "run %s was killed at about %s\n", run->run_id, told->seen);
        break;
    case LAST_RUN_REBOOTED:
        (void)fprintf(out, "run %s was at work when the machine went down, at about %s\n", run->run_id,
                      told->seen);
        break;
    }
}

static struct cost_spent spent_by(const struct last_run *run) {
    return (struct cost_spent){
        .priced = run->priced,
        .spent = run->cost,
        .doubt = run->cost_doubt,
        .all = run->cost_before + run->cost,
        .all_doubt = run->cost_before_doubt + run->cost_doubt,
    };
}

static void print_figures(const struct last_run *run, FILE *out) {
    char text[TOKENS_TOLD_SIZE];
    struct tokens tokens = last_run_tokens(run);
    (void)fprintf(out,
                  "  artists       %" PRIu64 " of %" PRIu64 " done, %" PRIu64 " failed, %" PRIu64 " left\n",
                  run->done, run->artists, run->failed, last_run_left(run));
    if (run->others > 0) {
        (void)fprintf(out, "  fleet         %" PRIu64 " are other machines'\n", run->others);
    }
    (void)fprintf(out, "  requests      %" PRIu64 "\n", run->requests);
    tokens_told(&tokens, text);
    (void)fprintf(out, "  tokens        %s\n", text);
    if (run->priced) {
        const struct cost_spent spent = spent_by(run);
        char cost[COST_TEXT_SIZE];
        cost_describe(&spent, cost);
        (void)fprintf(out, "  cost          %s\n", cost);
    }
    if (run->in_doubt > 0) {
        (void)fprintf(
            out, "  in doubt      %" PRIu64 " requests were in flight: perhaps billed, no answer recorded\n",
            run->in_doubt);
    }
}

static void print_file(const char *what, const char *path, FILE *out) {
    if (path[0] != '\0' && access(path, F_OK) == 0) {
        (void)fprintf(out, "  %-13s %s\n", what, path);
    }
}

// Of a summary as it was printed: without the empty line and the words of the end, and without the files,
// which are told anew.
static void print_summary(const char *summary, FILE *out) {
    const char *line = summary;
    bool batches = false; // told anew as well, and the lines below them
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        batches = strncmp(line, "  batches ", 10) == 0 || (batches && strncmp(line, "    ", 4) == 0);
        bool figure = !batches && strncmp(line, "  ", 2) == 0 && strncmp(line, "  output ", 9) != 0 &&
                      strncmp(line, "  errors ", 9) != 0;
        if (figure) {
            (void)fprintf(out, "%.*s\n", (int)length, line);
        }
        line += length + (line[length] == '\n');
    }
}

void last_run_told_text(const struct last_run_told *told, FILE *out) {
    const struct last_run *run = &told->run;
    char command[LAST_RUN_COMMAND + PATH_MAX];
    last_run_told_state(told, out);
    if (told->state == LAST_RUN_AT_WORK) {
        return;
    }
    (void)fprintf(out, "  begun         %s, in %s\n", run->begun, run->folder);
    if (told->state == LAST_RUN_ENDED && run->summary[0] != '\0') {
        print_summary(run->summary, out);
    } else {
        print_figures(run, out);
    }
    (void)fprintf(out, "  output        %s%s\n", told->output,
                  told->output_gone    ? ": it is not there any more; moved or deleted"
                  : told->output_other ? ": another file than the run wrote stands there now"
                                       : "");
    print_file("errors", run->errors, out);
    print_file("log", run->log, out);
    last_run_batches_text(&told->batches, run->run_id, clock_wall(), out);
    last_run_told_command(told, command, sizeof(command));
    if (told->output_gone && command[0] != '\0') {
        (void)fputs("  it would have to be put back first; without it all artists are asked again\n", out);
    }
    if (command[0] != '\0') {
        (void)fprintf(out, "go on with\n  %s\n", command);
    } else if (some_are_left(told)) {
        (void)fputs("go on with the same command and --resume\n", out);
    }
}

char *last_run_told_json(const struct last_run_told *told) {
    const struct last_run *run = &told->run;
    const char *slash = strrchr(told->output, '/');
    char command[LAST_RUN_COMMAND + PATH_MAX];
    bool ended = told->state == LAST_RUN_ENDED;
    cJSON *root = cJSON_CreateObject();
    json_fields_count(root, "schema", STATUS_JSON_SCHEMA);
    json_fields_text(root, "version", RATION_VERSION);
    json_fields_time(root, "time", clock_wall());
    cJSON *about = json_fields_object(root, "run");
    json_fields_text(about, "id", run->run_id);
    json_fields_text(about, "name", slash != NULL ? slash + 1 : told->output);
    json_fields_text(about, "pid",
                     NULL); // it may be another process's by now, and programs send signals to it
    json_fields_text(about, "input", run->input);
    json_fields_text(about, "output", told->output);
    json_fields_text(about, "state", last_run_state_name(told->state));
    json_fields_text(about, "reason", ended ? run->how : NULL);
    json_fields_text(about, "cause", ended && run->cause[0] != '\0' ? run->cause : NULL);
    json_fields_text(about, "started", run->begun);
    json_fields_text(about, "ended", ended ? run->ended : NULL);
    json_fields_text(about, "last_sign", told->seen);
    json_fields_number(about, "exit", run->exit, ended);
    json_fields_number(about, "elapsed_seconds", run->seconds, true);
    json_fields_text(about, "errors", access(run->errors, F_OK) == 0 ? run->errors : NULL);
    json_fields_text(about, "log", run->log[0] != '\0' ? run->log : NULL);
    json_fields_bool(about, "output_gone", told->output_gone);
    last_run_told_command(told, command, sizeof(command));
    json_fields_text(about, "resume", command[0] != '\0' ? command : NULL);
    cJSON *artists = json_fields_object(root, "artists");
    json_fields_count(artists, "total", run->artists);
    json_fields_count(artists, "done", run->done);
    json_fields_count(artists, "failed", run->failed);
    json_fields_count(artists, "left", last_run_left(run));
    json_fields_count(artists, "before", run->before);
    json_fields_count(artists, "in_doubt", run->in_doubt);
    json_fields_count(json_fields_object(root, "requests"), "ended", run->requests);
    cJSON *tokens = json_fields_object(root, "tokens");
    json_fields_count(tokens, "input", run->input_tokens);
    json_fields_count(tokens, "output", run->output_tokens);
    json_fields_count(tokens, "cached", run->cached_tokens);
    json_fields_count(tokens, "cache_write", run->cache_write_tokens);
    json_fields_count(tokens, "cache_write_1h", run->cache_write_1h_tokens);
    json_fields_count(tokens, "reasoning", run->reasoning_tokens);
    cJSON *cost = json_fields_object(root, "cost");
    json_fields_bool(cost, "priced", run->priced);
    const struct cost_spent spent = spent_by(run);
    json_fields_money(cost, "dollars", spent.spent, run->priced);
    json_fields_money(cost, "doubt_dollars", spent.doubt, run->priced);
    json_fields_money(cost, "all_dollars", spent.all, run->priced);
    json_fields_money(cost, "all_doubt_dollars", spent.all_doubt, run->priced);
    if (run->others > 0) {
        json_fields_count(json_fields_object(root, "fleet"), "others", run->others);
    } else {
        json_fields_text(root, "fleet", NULL);
    }
    status_json_batches_last(root, &told->batches);
    return json_fields_print(root);
}
