// The command line, the environment and the file (--config) of `ration run`. One table drives parsing,
// checking and --help: command line wins, then environment, then file, then default; what may be repeated
// adds up, in the order file, environment, command line. What options_parse() gives has been checked, as far
// as an option can be checked alone.
#ifndef RATION_OPTIONS_H
#define RATION_OPTIONS_H

#include "config/alerts_thresholds.h"
#include "config/listen_address.h"
#include "config/listen_names.h"
#include "ration/limits.h"
#include "ration/outcome.h"
#include "ration/session_choice.h"
#include "ration/settings.h"
#include "ration/tier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum options_format { OPTIONS_FORMAT_AUTO, OPTIONS_FORMAT_CSV, OPTIONS_FORMAT_JSONL };
enum options_progress {
    OPTIONS_PROGRESS_AUTO,
    OPTIONS_PROGRESS_BAR,
    OPTIONS_PROGRESS_PLAIN,
    OPTIONS_PROGRESS_NONE
};

// What becomes of an artist whose request was in flight when a process died.
enum options_fleet_keep { OPTIONS_FLEET_KEEP_DATABASE, OPTIONS_FLEET_KEEP_LOCAL };
enum options_in_doubt { OPTIONS_IN_DOUBT_RETRY, OPTIONS_IN_DOUBT_SKIP, OPTIONS_IN_DOUBT_FAIL };

// When the rows of a fleet's input go into the database, for machines that have them not.
enum options_share { OPTIONS_SHARE_ASKED, OPTIONS_SHARE_FIRST, OPTIONS_SHARE_NEVER };

// How often artists are asked whose requests are the same.
enum options_identical { OPTIONS_IDENTICAL_EACH, OPTIONS_IDENTICAL_ONCE };

// Attempts of one class of failure; 0: not given.
struct options_retries {
    uint32_t server_fault, network_fault, overloaded, invalid_answer;
};

// Micro-dollars for a million tokens.
struct options_price {
    bool given;
    struct tier_price each;
};

// The values of an option that may be given several times.
#define OPTIONS_LIST_MOST 64
#define OPTIONS_MOST 128 // rows of options_table.h
struct options_list {
    size_t count;
    const char *text[OPTIONS_LIST_MOST];
};

// Texts point into argv, the environment or the file; NULL when not given. Times are nanoseconds. 0 is "no
// limit" where a limit may be left out. Shares are millionths.
struct options {
    const char *config; // the file of more options
    const char *input;
    enum options_format input_format;
    const char *id; // of the input's columns
    const char *name;
    const char *keep;
    const char *delimiter; // NULL: found out
    const char *encoding;  // NULL: UTF-8
    const char *output;
    enum settings_output output_format;
    const char *errors;
    bool resume;
    uint64_t limit;
    bool sample;
    struct outcome_retry retry_errors;
    bool redo_changed;
    enum options_in_doubt in_doubt;
    enum options_identical identical;

    const char *provider;
    const char *base_url;
    const char *api_key_file;
    const char *api_key_command;
    uint64_t api_key_ttl; // 0: until it is refused
    const char *providers;
    bool preflight, no_preflight;
    struct options_list headers, query;
    const char *model;
    const char *prompt_id;
    const char *prompt_version;
    const char *prompt_variables;
    const char *prompt_file;
    const char *system;
    struct options_list param;
    const char *request;
    const char *params_column;
    const char *show_request;
    bool cache_prompt;
    const char *service_tier;
    uint64_t flex_patience; // 0: for ever
    bool batch;
    bool batch_mix;    // batch is set, too
    uint64_t deadline; // nanoseconds since 1970; 0: none
    bool detach;
    bool cancel;
    const char *batch_window;
    uint64_t batch_rows;                // of a part; 0: as many as the API takes
    uint64_t batch_bytes, batch_tokens; // likewise
    uint64_t batch_poll, batch_search;
    uint64_t max_output_tokens;
    enum settings_truncated on_truncated;
    const char *schema;
    uint64_t min_chars;
    const char *must_match;
    enum settings_invalid on_invalid;

    uint64_t max_workers;
    uint64_t min_workers; // 0: as many as max_workers
    uint64_t in_flight;   // 0: as many as the quota needs
    uint64_t attempts;
    uint64_t timeout; // 0: as the service tier needs
    uint64_t connect_timeout;
    uint64_t hang_timeout;
    uint64_t worker_memory_limit; // megabytes

    struct limits limits;
    uint64_t burst;
    bool ignore_limit_headers;
    const char *tier;
    const char *tiers;
    struct options_list prices; // files
    struct options_price price;
    uint64_t max_cost;     // nano-dollars
    uint64_t max_cost_run; // likewise

    const char *sessions;
    uint64_t fallback_after;
    enum session_selection session_selection;
    bool circuit_breaker;
    uint64_t circuit_breaker_threshold;
    uint64_t circuit_breaker_timeout;

    bool quota_monitoring;
    uint64_t daily_limit;
    uint64_t quota_threshold;
    uint64_t pause_duration;
    uint64_t quota_log_interval;
    const char *quota_state;
    uint64_t low_priority_threshold;

    enum settings_backoff backoff;
    uint64_t backoff_initial;
    uint64_t backoff_max;
    uint64_t rate_limit_cooldown;
    struct options_retries retries;

    struct alerts_thresholds alert_thresholds;
    const char *alert_webhook;
    struct listen_address listen; // its length is 0 when it is not given
    struct listen_names http_host;
    const char *http_token_file;
    uint64_t keep_listening; // 0: not

    const char *fleet; // the database; see member/
    const char *fleet_name;
    enum options_share fleet_share_input;
    bool fleet_share_prompt;
    uint64_t fleet_term;
    enum options_fleet_keep fleet_keep;

    uint64_t sync;
    enum options_progress progress;
    bool verbose;
    bool quiet;
    const char *log_file;
    const char *summary;

    char *const *words; // no option: the command line as it was given, from the word before the options on
    bool given[OPTIONS_MOST];       // no option: those that stand on the command line, by their rows
    uint32_t in_file[OPTIONS_MOST]; // no option: the lines of the file of --config in which they stand, or 0
    bool cooldown_chosen;           // no option: --rate-limit-cooldown has a value from the user
    bool keyless;                   // no option: nothing will be sent, and no API key is looked for
    bool compare;                   // ration plan --compare: with all prices and tiers that there are
};

// argv[0] is the word before the options ("run"). 0, or -1 after telling on stderr what is wrong. What stood
// in a file is kept until the next call.
int options_parse(int argc, char **argv, struct options *options);

void options_help(FILE *out);

#endif
