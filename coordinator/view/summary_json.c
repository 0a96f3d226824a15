#include "view/summary_json.h"

#include "ration/clock.h"
#include "ration/money.h"
#include "ration/outcome.h"
#include "view/json_fields.h"
#include "view/status_json_batches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_run(cJSON *root, const struct summary_json *what) {
    cJSON *run = json_fields_object(root, "run");
    double seconds = what->summary != NULL ? (double)what->summary->elapsed / (double)CLOCK_SECOND : 0;
    json_fields_text(run, "id", what->run_id);
    json_fields_count(run, "exit", (uint64_t)what->exit);
    json_fields_text(run, "reason", what->reason);
    json_fields_text(run, "cause", what->cause);
    json_fields_text(run, "started", what->started);
    json_fields_time(run, "ended", what->wall);
    json_fields_number(run, "elapsed_seconds", seconds, what->summary != NULL);
    json_fields_text(run, "provider", what->provider);
    json_fields_text(run, "model", what->model);
    json_fields_text(run, "input", what->input);
    json_fields_text(run, "output", what->output);
    json_fields_text(run, "errors", what->errors);
    json_fields_text(run, "log", what->log_file);
}

static void add_artists(cJSON *root, const struct summary_json *what) {
    const struct snapshot *look = what->look;
    cJSON *artists = json_fields_object(root, "artists");
    uint32_t now = look->done + look->failed - what->summary->before;
    double seconds = (double)what->summary->elapsed / (double)CLOCK_SECOND;
    json_fields_count(artists, "total", look->artists);
    json_fields_count(artists, "done", look->done);
    json_fields_count(artists, "failed", look->failed);
    json_fields_count(artists, "left", snapshot_left(look));
    json_fields_count(artists, "others", look->gossip.fleet.others);
    json_fields_count(artists, "before", what->summary->before);
    json_fields_count(artists, "in_doubt", what->summary->in_doubt);
    json_fields_count(artists, "undecided", what->summary->undecided);
    json_fields_count(artists, "identical", what->summary->crew.identical);
    json_fields_number(artists, "per_second", now / seconds, seconds > 0);
}

static void add_requests(cJSON *root, const struct summary_json *what) {
    const struct snapshot_sums *sums = &what->look->sums;
    cJSON *requests = json_fields_object(root, "requests");
    cJSON *outcomes = json_fields_object(requests, "outcomes");
    double share = summary_quota_share(sums, what->summary->elapsed);
    json_fields_count(requests, "ended", sums->ended);
    json_fields_count(requests, "retries", sums->retries);
    json_fields_count(requests, "status_429", sums->status_429);
    json_fields_number(requests, "quota_share", share, share >= 0);
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        json_fields_count(outcomes, outcome_name((enum outcome_class)i), sums->outcome[i]);
    }
}

static void add_spent(cJSON *root, const struct summary_json *what) {
    const struct cost_spent *spent = &what->summary->cost;
    cJSON *tokens = json_fields_object(root, "tokens");
    json_fields_count(tokens, "input", what->look->sums.tokens.input);
    json_fields_count(tokens, "output", what->look->sums.tokens.output);
    json_fields_count(tokens, "cached", what->look->sums.tokens.cached);
    json_fields_count(tokens, "cache_write", what->look->sums.tokens.written);
    json_fields_count(tokens, "cache_write_1h", what->look->sums.tokens.written_hour);
    json_fields_count(tokens, "reasoning", what->look->sums.tokens.reasoning);
    json_fields_count(tokens, "untold", what->look->untold);
    cJSON *cost = json_fields_object(root, "cost");
    json_fields_bool(cost, "priced", spent->priced);
    json_fields_money(cost, "dollars", spent->spent, spent->priced);
    json_fields_money(cost, "doubt_dollars", spent->doubt, spent->priced);
    json_fields_money(cost, "all_dollars", spent->all, spent->priced);
    json_fields_money(cost, "all_doubt_dollars", spent->all_doubt, spent->priced);
    cJSON *workers = json_fields_object(root, "workers");
    json_fields_count(workers, "wanted", what->summary->crew.wanted);
    json_fields_count(workers, "restarts", what->summary->crew.restarts);
    json_fields_count(workers, "redistributed", what->summary->crew.redistributed);
}

char *summary_json_text(const struct summary_json *what) {
    cJSON *root = cJSON_CreateObject();
    json_fields_count(root, "schema", 1);
    add_run(root, what);
    if (what->summary != NULL) {
        add_artists(root, what);
        add_requests(root, what);
        add_spent(root, what);
        if (what->summary->batches.list != NULL) {
            status_json_batches_last(root, what->summary->batches.list);
        }
    }
    char *text = json_fields_print(root);
    char *line = NULL;
    if (text == NULL || asprintf(&line, "%s\n", text) < 0) {
        line = NULL;
    }
    cJSON_free(text);
    return line;
}
