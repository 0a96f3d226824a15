#include "config/options_idle.h"

#include "config/options_table.h"
#include "ration/invariant.h"

#include <string.h>

// Its place in the table.
static size_t number_of(const char *name) {
    const struct options_row *row = options_table_find(name);
    INVARIANT(row != NULL, "--%s is no option", name);
    return (size_t)(row - options_rows);
}

// By the command line, as with --batch=no: what belongs to it may stay in the file.
static bool switched_off(const struct options *options, const char *flag, bool set) {
    return !set && options->given[number_of(flag)];
}

static bool without_resume(const struct options *options) {
    return !options->resume;
}

static bool without_stored_prompt(const struct options *options) {
    return options->prompt_id == NULL;
}

static bool writes_cookbook(const struct options *options) {
    return options->output_format == SETTINGS_OUTPUT_COOKBOOK;
}

static bool reads_json_lines(const struct options *options) {
    return options->input_format == OPTIONS_FORMAT_JSONL;
}

static bool not_preflight(const struct options *options) {
    return options->no_preflight;
}

static bool without_key_command(const struct options *options) {
    return options->api_key_command == NULL && options->sessions == NULL;
}

static bool without_tier(const struct options *options) {
    return options->tier == NULL && options->sessions == NULL && !options->compare;
}

static bool without_sessions(const struct options *options) {
    return options->sessions == NULL;
}

static bool has_price(const struct options *options) {
    return options->price.given && !options->compare;
}

static bool without_breaker(const struct options *options) {
    return !options->circuit_breaker;
}

static bool without_monitoring(const struct options *options) {
    return !options->quota_monitoring;
}

static bool without_daily_limit(const struct options *options) {
    return options->daily_limit == 0;
}

static bool without_batch(const struct options *options) {
    return !options->batch && !switched_off(options, "batch", options->batch);
}

static bool is_batch(const struct options *options) {
    return options->batch;
}

// The requests of an input, or of a file, may ask for it themselves.
static bool without_flex(const struct options *options) {
    return options->service_tier != NULL && strcmp(options->service_tier, "flex") != 0;
}

static bool without_batch_resumed(const struct options *options) {
    return !options->batch || !options->resume;
}

// What is cancelled may be the parts of a run that had a deadline: its command is given again.
static bool without_mix(const struct options *options) {
    return !options->batch_mix && !options->cancel && !switched_off(options, "batch-mix", options->batch_mix);
}

static bool is_mix(const struct options *options) {
    return options->batch_mix;
}

static bool without_deadline(const struct options *options) {
    return options->batch_mix && options->deadline == 0;
}

// It is read twice: by the run that makes the batches, and by the one that asks the rest.
static bool reads_pipe_twice(const struct options *options) {
    return options->batch_mix && options->input != NULL && strcmp(options->input, "-") == 0;
}

static bool without_fleet(const struct options *options) {
    return options->fleet == NULL;
}

static bool is_quiet(const struct options *options) {
    return options->quiet && options->progress != OPTIONS_PROGRESS_NONE;
}

// Whose other is missing, or stands against it.
static const struct {
    const char *option;
    bool (*idle)(const struct options *options);
    const char *why;
    bool refused;
} rows[] = {
    {"delimiter", reads_json_lines, "JSON Lines have none; leave it out", true},
    {"keep", writes_cookbook,
     "lines of --output-format cookbook hold the whole request, and no columns beside it", true},
    {"prompt-variables", without_stored_prompt,
     "belongs to --prompt-id; a --prompt-file or --request names its columns itself", true},
    {"preflight", not_preflight, "counts for nothing beside --no-preflight", false},
    {"prices", has_price, "counts for nothing beside --price", false},
    {"retry-errors", without_resume, "counts only with --resume", false},
    {"redo-changed", without_resume, "counts only with --resume", false},
    {"api-key-ttl", without_key_command, "counts only for a key of --api-key-command or --sessions", false},
    {"tiers", without_tier, "counts only with --tier or --sessions", false},
    {"fallback-after", without_sessions, "counts only with --sessions", false},
    {"session-selection", without_sessions, "counts only with --sessions", false},
    {"circuit-breaker-threshold", without_breaker, "counts for nothing with --no-circuit-breaker", false},
    {"circuit-breaker-timeout", without_breaker, "counts for nothing with --no-circuit-breaker", false},
    {"quota-threshold", without_monitoring, "counts for nothing with --no-quota-monitoring", false},
    {"quota-log-interval", without_monitoring, "counts for nothing with --no-quota-monitoring", false},
    {"quota-state", without_daily_limit, "counts only with --daily-limit", false},
    {"low-priority-threshold", without_daily_limit, "counts only with --daily-limit", false},
    {"service-tier", is_batch, "a batch is a tier of its own; leave it out with --batch", true},
    {"flex-patience", without_flex, "counts only with --service-tier flex", false},
    {"cancel", without_batch_resumed, "counts only with --batch --resume", true},
    {"detach", without_batch, "counts only with --batch", true},
    {"detach", is_mix, "a run with --batch-mix waits for its parts itself; leave out one of the two", true},
    {"batch-mix", without_deadline, "needs a --deadline TIME, by which the run has to be finished", true},
    {"input", reads_pipe_twice, "--batch-mix reads the input twice: give a file", true},
    {"deadline", without_mix, "counts only with --batch-mix", true},
    {"batch-window", without_batch, "counts only with --batch", false},
    {"batch-rows", without_batch, "counts only with --batch", false},
    {"batch-bytes", without_batch, "counts only with --batch", false},
    {"batch-tokens", without_batch, "counts only with --batch", false},
    {"batch-poll", without_batch, "counts only with --batch", false},
    {"batch-search", without_batch, "counts only with --batch", false},
    {"fleet-share-input", without_fleet, "counts only with --fleet", false},
    {"fleet-share-prompt", without_fleet, "counts only with --fleet", false},
    {"progress", is_quiet, "counts for nothing with --quiet", false},
};

bool options_idle_next(const struct options *options, size_t *at, struct options_idle *idle) {
    for (; *at < sizeof(rows) / sizeof(rows[0]); (*at)++) {
        size_t row = number_of(rows[*at].option);
        if ((options->given[row] || options->in_file[row] != 0) && rows[*at].idle(options)) {
            *idle = (struct options_idle){rows[*at].option, rows[*at].why, rows[*at].refused};
            (*at)++;
            return true;
        }
    }
    return false;
}
