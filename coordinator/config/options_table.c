#include "config/options_table.h"

#include "config/options.h"
#include "config/options_check.h"
#include "ration/arena.h"
#include "ration/range.h"
#include "ration/session_choice.h"
#include "ration/settings.h"

#include <string.h>

#define AT(member) offsetof(struct options, member)
#define TEXT(n, m, d, v, h) \
    { .name = (n), .kind = OPTIONS_TEXT, .offset = AT(m), .initial = (d), .value = (v), .help = (h) }
#define LIST(n, m, v, h) \
    { .name = (n), .kind = OPTIONS_LIST, .offset = AT(m), .value = (v), .help = (h) }
#define FLAG(n, m, h) \
    { .name = (n), .kind = OPTIONS_FLAG, .offset = AT(m), .help = (h) }
#define UNFLAG(n, m, h) \
    { .name = (n), .kind = OPTIONS_UNFLAG, .offset = AT(m), .help = (h) }
#define FLAG_ON(n, m, h) \
    { .name = (n), .kind = OPTIONS_FLAG, .offset = AT(m), .initial = "yes", .help = (h) }
#define CHOICE(n, m, d, v, h) \
    { .name = (n), .kind = OPTIONS_CHOICE, .offset = AT(m), .initial = (d), .value = (v), .help = (h) }
#define NUMBER(k, n, m, d, l, u, v, h)                                                                      \
    {                                                                                                       \
        .name = (n), .kind = (k), .offset = AT(m), .initial = (d), .least = (l), .most = (u), .value = (v), \
        .help = (h)                                                                                         \
    }
#define CHECKED(n, m, d, v, h, c)                                                                         \
    {                                                                                                     \
        .name = (n), .kind = OPTIONS_CHECKED, .offset = AT(m), .initial = (d), .value = (v), .help = (h), \
        .check = (c)                                                                                      \
    }
#define COUNT(n, m, d, l, u, h) NUMBER(OPTIONS_COUNT, n, m, d, l, u, "N", h)
#define SECONDS(n, m, d, l, u, h) NUMBER(OPTIONS_SECONDS, n, m, d, l, u, "SECONDS", h)
#define SHARE(n, m, d, h) NUMBER(OPTIONS_SHARE, n, m, d, 1, 1000000, "SHARE", h)

// The words of a choice are numbered as they stand, and stored as int: each list beside the enum that it is
// of.
_Static_assert(
    sizeof(enum options_in_doubt) == sizeof(int) && sizeof(enum options_share) == sizeof(int) &&
        sizeof(enum options_identical) == sizeof(int) && sizeof(enum options_format) == sizeof(int) &&
        sizeof(enum settings_truncated) == sizeof(int) && sizeof(enum settings_invalid) == sizeof(int) &&
        sizeof(enum session_selection) == sizeof(int) && sizeof(enum settings_backoff) == sizeof(int) &&
        sizeof(enum options_progress) == sizeof(int) && sizeof(enum options_fleet_keep) == sizeof(int),
    "choices are stored as int");
#define IN_DOUBT "retry|skip|fail"
_Static_assert(OPTIONS_IN_DOUBT_RETRY == 0 && OPTIONS_IN_DOUBT_SKIP == 1 && OPTIONS_IN_DOUBT_FAIL == 2,
               IN_DOUBT);
#define SHARES "asked|first|never"
_Static_assert(OPTIONS_SHARE_ASKED == 0 && OPTIONS_SHARE_FIRST == 1 && OPTIONS_SHARE_NEVER == 2, SHARES);
#define FLEET_KEEPS "database|local"
_Static_assert(OPTIONS_FLEET_KEEP_DATABASE == 0 && OPTIONS_FLEET_KEEP_LOCAL == 1, FLEET_KEEPS);
#define IDENTICALS "each|once"
_Static_assert(OPTIONS_IDENTICAL_EACH == 0 && OPTIONS_IDENTICAL_ONCE == 1, IDENTICALS);
#define FORMATS "auto|csv|jsonl"
_Static_assert(OPTIONS_FORMAT_AUTO == 0 && OPTIONS_FORMAT_CSV == 1 && OPTIONS_FORMAT_JSONL == 2, FORMATS);
#define OUTPUTS "jsonl|openai-batch|cookbook"
_Static_assert(SETTINGS_OUTPUT_LINES == 0 && SETTINGS_OUTPUT_BATCH == 1 && SETTINGS_OUTPUT_COOKBOOK == 2,
               OUTPUTS);
#define TRUNCATED "keep|retry|fail"
_Static_assert(SETTINGS_TRUNCATED_KEEP == 0 && SETTINGS_TRUNCATED_RETRY == 1 && SETTINGS_TRUNCATED_FAIL == 2,
               TRUNCATED);
#define INVALIDS "repair|retry|keep|fail"
_Static_assert(SETTINGS_INVALID_REPAIR == 0 && SETTINGS_INVALID_RETRY == 1 && SETTINGS_INVALID_KEEP == 2 &&
                   SETTINGS_INVALID_FAIL == 3,
               INVALIDS);
#define SELECTIONS "health|round-robin|lru|random"
_Static_assert(SESSION_HEALTH == 0 && SESSION_ROUND_ROBIN == 1 && SESSION_LRU == 2 && SESSION_RANDOM == 3,
               SELECTIONS);
#define BACKOFFS "exponential|linear|fixed"
_Static_assert(SETTINGS_BACKOFF_EXPONENTIAL == 0 && SETTINGS_BACKOFF_LINEAR == 1 &&
                   SETTINGS_BACKOFF_FIXED == 2,
               BACKOFFS);
#define PROGRESSES "auto|bar|plain|none"
_Static_assert(OPTIONS_PROGRESS_AUTO == 0 && OPTIONS_PROGRESS_BAR == 1 && OPTIONS_PROGRESS_PLAIN == 2 &&
                   OPTIONS_PROGRESS_NONE == 3,
               PROGRESSES);

const struct options_row options_rows[] = {
    TEXT("config", config, NULL, "FILE",
         "more options, one a line: key = value, the keys as here; the environment and the command line win"),
    TEXT("input", input, NULL, "FILE",
         "artists, or other rows: CSV with a header, or JSONL, maybe packed with gzip or zstd; - is standard "
         "input"),
    CHOICE("input-format", input_format, "auto", FORMATS, "auto: JSONL if the name ends in .jsonl, else CSV"),
    TEXT("id", id, NULL, "COLUMN",
         "what a row is known by (default: artist_id, else id); @line: the number of its line"),
    TEXT("name", name, NULL, "COLUMN", "what people call it (default: name, if there is one)"),
    TEXT("keep", keep, NULL, "COLUMN,…|all", "columns of the input that stand beside each answer"),
    TEXT("delimiter", delimiter, NULL, "comma|semicolon|tab|pipe",
         "between the columns of CSV (default: what the header has)"),
    TEXT("encoding", encoding, NULL, "NAME", "of the input, as iconv knows it (default: UTF-8)"),
    TEXT("output", output, NULL, "FILE", "answers, one JSON line for each artist"),
    CHOICE("output-format", output_format, "jsonl", OUTPUTS,
           "of the answers and the errors: ration's own lines, or those of OpenAI's batches or cookbook"),
    TEXT("errors", errors, NULL, "FILE", "artists that failed for good (default: OUTPUT with .errors.jsonl)"),
    FLAG("resume", resume, "go on with an existing output; what it holds is not asked again"),
    COUNT("limit", limit, NULL, 1, RANGE_MAX_ARTISTS, "only the first N artists of the input"),
    FLAG("sample", sample,
         "with --limit: N artists spread over the whole input; shows their answers, and what all would cost"),
    CHECKED("retry-errors", retry_errors, NULL, "all|none|CLASS,…",
            "with --resume: the failed artists to ask again (default: all but in_doubt, and refused that is "
            "proven)",
            options_check_retry_errors),
    FLAG("redo-changed", redo_changed,
         "with --resume: ask answered artists again whose input or prompt has changed; "
         "their old answers are removed first"),

    CHOICE("in-doubt", in_doubt, "retry", IN_DOUBT,
           "requests in flight when a process died, perhaps billed: "
           "ask again, leave out, or to the errors file"),
    CHOICE("identical", identical, "each", IDENTICALS,
           "artists whose requests are the same: ask each, or one of them for all"),

    TEXT("provider", provider, "openai", "NAME", "the API, one of these"),
    TEXT("base-url", base_url, NULL, "URL",
         "instead of the provider's own (also from its variable: OPENAI_BASE_URL, …)"),
    TEXT("api-key-file", api_key_file, NULL, "FILE",
         "holds the API key (default: the key in the provider's variable: OPENAI_API_KEY, …)"),
    TEXT("api-key-command", api_key_command, NULL, "COMMAND",
         "instead: prints the key; run without a shell, and again when the key is refused or too old"),
    SECONDS("api-key-ttl", api_key_ttl, NULL, 1, 604800,
            "how long the key of --api-key-command is good (default: until it is refused)"),
    TEXT("providers", providers, NULL, "FILE", "more providers, as JSON; see docs/CONFIGURATION.md"),
    FLAG("preflight", preflight,
         "ask for the list of models before anything else (default: where the base URL is the provider's "
         "own)"),
    FLAG("no-preflight", no_preflight, "it is not asked for"),
    LIST("header", headers, "NAME: VALUE",
         "one more header of each request; a value ${VARIABLE} is from the environment; may be repeated"),
    LIST("query", query, "NAME=VALUE", "one more parameter of each URL; may be repeated"),
    TEXT("model", model, NULL, "NAME", "default: the provider's; with a stored prompt, the prompt's own"),
    TEXT("prompt-id", prompt_id, NULL, "ID", "the stored prompt to fill"),
    TEXT("prompt-version", prompt_version, NULL, "V", "its version (default: the current one)"),
    TEXT("prompt-variables", prompt_variables, "artist_name=name,artist_data=data", "VAR=COLUMN,…",
         "the stored prompt's variables and the columns that fill them"),
    TEXT("prompt-file", prompt_file, NULL, "FILE",
         "instead of a stored prompt: a text with {{name}}, {{data}}, {{any column}}"),
    TEXT("system", system, NULL, "TEXT",
         "what the model is told before each prompt, or @FILE; may name columns, too"),
    LIST("param", param, "PATH=VALUE",
         "a field of each request, as temperature=0.2, reasoning.effort=low, tools=@tools.json; may be given "
         "several times"),
    FLAG("cache-prompt", cache_prompt,
         "let the provider keep the beginning that all requests share, where that must be asked for"),
    TEXT("service-tier", service_tier, NULL, "NAME",
         "by which of its tiers the provider is to answer: flex costs half and may have no room"),
    SECONDS("flex-patience", flex_patience, NULL, 1, 604800,
            "how long a row waits for room in that tier before it is asked by the usual one (default: for "
            "ever)"),
    TEXT("request", request, NULL, "FILE",
         "instead of a prompt: the whole body as JSON, with \"{{column}}\" and \"{{json:column}}\" in it"),
    TEXT("params-column", params_column, NULL, "COLUMN",
         "holds a JSON object that is merged into the row's body"),
    TEXT("show-request", show_request, NULL, "ID",
         "only show what would be sent for that row, with the key left out; nothing is sent"),
    COUNT("max-output-tokens", max_output_tokens, NULL, 1, 10000000,
          "longest answer (default: the API's; anthropic: 1024)"),
    CHOICE("on-truncated", on_truncated, "keep", TRUNCATED, "an answer that the token limit has cut"),
    TEXT("schema", schema, NULL, "FILE",
         "the answers are JSON that keeps to this JSON Schema; each is checked"),
    COUNT("min-chars", min_chars, NULL, 1, 1000000, "an answer has so many characters at least"),
    TEXT("must-match", must_match, NULL, "REGEX", "this is found in each answer (a pattern of ECMAScript)"),
    CHOICE("on-invalid", on_invalid, "repair", INVALIDS,
           "an answer that is not so; repair: ask again and tell the model what is wrong"),

    FLAG("batch", batch,
         "ask by the provider's batch API: half the price, within a day; see docs/CONFIGURATION.md"),
    FLAG("batch-mix", batch_mix,
         "as many rows by the batch API as it has answered in time for --deadline, the rest by single "
         "requests"),
    CHECKED("deadline", deadline, NULL, "TIME",
            "when a run with --batch-mix has to be finished: 2026-12-24T06:00Z", options_check_deadline),
    FLAG("detach", detach, "with --batch: end when all is with the API; --resume collects it"),
    FLAG("cancel", cancel,
         "with --batch --resume: cancel what is with the API, record what was done, and ask nothing new"),
    TEXT("batch-window", batch_window, NULL, "WINDOW",
         "within which the API answers, in its own words; of azure: when a part is cancelled (default: 24h; "
         "azure 3d)"),
    COUNT("batch-rows", batch_rows, NULL, 1, 1000000, "rows of one part at most (default: 50000)"),
    COUNT("batch-bytes", batch_bytes, NULL, 1000, 2000000000,
          "bytes of its file at most (default: 100000000)"),
    COUNT("batch-tokens", batch_tokens, NULL, 1, 1000000000000,
          "tokens of input at most, as estimated (default: 1000000)"),
    SECONDS("batch-poll", batch_poll, "60", 1, 86400,
            "how often the API is asked whether a part has ended, at most"),
    SECONDS("batch-search", batch_search, "600", 1, 86400,
            "how long a part whose creation got no answer is looked for before it counts as lost"),

    COUNT("max-workers", max_workers, "4", 1, BOUNDS_SLOTS, "worker processes"),
    COUNT("min-workers", min_workers, NULL, 1, BOUNDS_SLOTS,
          "adapt the number of workers, not below this (default: as many as --max-workers)"),
    COUNT("in-flight", in_flight, NULL, 1, 10000,
          "requests at once, of each worker (default: 64, and as many as the quota needs)"),
    COUNT("attempts", attempts, "5", 1, 7, "attempts of an artist; rate limits and quotas use up none"),
    SECONDS("timeout", timeout, NULL, 1, 86400,
            "longest time of one request (default: 300; by the tier flex 900)"),
    SECONDS("connect-timeout", connect_timeout, "10", 1, 3600, "longest time to connect"),
    SECONDS("hang-timeout", hang_timeout, "10", 1, 3600,
            "a worker without a sign of life for so long is replaced"),
    COUNT("worker-memory-limit", worker_memory_limit, NULL, 32, 1048576,
          "megabytes of one worker (default: 512, and one more for each request in flight)"),

    COUNT("requests-per-minute", limits.of[LIMITS_REQUESTS_MINUTE], NULL, 1, 1000000000,
          "limit of the account (default: none)"),
    COUNT("tokens-per-minute", limits.of[LIMITS_TOKENS_MINUTE], NULL, 1, 1000000000000,
          "limit of the account (default: none)"),
    COUNT("burst", burst, NULL, 1, 1000000000,
          "requests that may leave at once after a rest (default: those of a tenth of a second)"),
    FLAG("ignore-limit-headers", ignore_limit_headers,
         "what the API's answers say of limits counts for nothing: only these options, and Retry-After"),
    TEXT("tier", tier, NULL, "NAME", "the limits that are not given, and the prices, of a known tier"),
    TEXT("tiers", tiers, NULL, "FILE", "more tiers, as JSON"),
    CHECKED(
        "price", price, NULL, "IN,OUT",
        "dollars for a million tokens of input and of output, whatever model answers (default: by the model "
        "that answers)",
        options_check_price),
    LIST(
        "prices", prices, "FILE",
        "a list of models' prices: LiteLLM's, models.dev's or ration's own; later ones win; may be repeated"),
    CHECKED("max-cost", max_cost, NULL, "DOLLARS",
            "the run stops before the output, over all its runs, costs more; needs the price of the model",
            options_check_max_cost),
    CHECKED("max-cost-run", max_cost_run, NULL, "DOLLARS", "likewise, before this run alone costs more",
            options_check_max_cost),

    TEXT("sessions", sessions, NULL, "FILE",
         "several keys, each with limits of its own, as JSON; see docs/CONFIGURATION.md"),
    SECONDS("fallback-after", fallback_after, "30", 0, 86400,
            "how long all other sessions must be unable to send before a fallback of --sessions does"),
    CHOICE("session-selection", session_selection, "health", SELECTIONS,
           "which of the sessions that may send now does"),
    FLAG_ON("circuit-breaker", circuit_breaker,
            "a session that fails again and again is left alone for a while"),
    UNFLAG("no-circuit-breaker", circuit_breaker, "it is not"),
    COUNT("circuit-breaker-threshold", circuit_breaker_threshold, "5", 1, 10000,
          "failures in a row that open it"),
    SECONDS("circuit-breaker-timeout", circuit_breaker_timeout, "60", 0, 86400,
            "the longest time between two probes of it"),

    FLAG_ON("quota-monitoring", quota_monitoring, "pause before a daily quota is used up, and tell its use"),
    UNFLAG("no-quota-monitoring", quota_monitoring, "only the hard limits count"),
    COUNT("daily-limit", daily_limit, NULL, 1, 1000000000,
          "requests of a day (default: what the API's answers say)"),
    SHARE("quota-threshold", quota_threshold, "0.8",
          "share of a daily quota at which the run pauses; 1: only the hard limit"),
    NUMBER(OPTIONS_HOURS, "pause-duration", pause_duration, "24", 0, 168, "HOURS",
           "longest pause, where no reset is known"),
    COUNT("quota-log-interval", quota_log_interval, "100", 1, 1000000000,
          "requests between two lines about the quota"),
    TEXT("quota-state", quota_state, NULL, "FILE",
         "where the use of the day is kept over restarts (default: OUTPUT with .quota.json)"),
    SHARE("low-priority-threshold", low_priority_threshold, "1",
          "share of the daily quota above which artists of low priority wait"),

    CHOICE("backoff", backoff, "exponential", BACKOFFS, "how the wait after a failure grows"),
    SECONDS("backoff-initial", backoff_initial, "0.5", 0, 3600, "the first wait"),
    SECONDS("backoff-max", backoff_max, "4", 0, 86400, "the longest wait"),
    SECONDS("rate-limit-cooldown", rate_limit_cooldown, "60", 0, 86400,
            "how long a session rests after a 429 that names no time"),
    CHECKED("retries", retries, NULL, "CLASS=N,…",
            "attempts of one class of failure: server_fault, network_fault, invalid_answer (default: "
            "--attempts), overloaded (20)",
            options_check_retries),

    CHECKED("alert-thresholds", alert_thresholds, "60,80,95", "PERCENT,…",
            "uses of the daily quota that are told", options_check_alert_thresholds),
    CHECKED("alert-webhook", alert_webhook, NULL, "URL", "alerts are posted there as JSON",
            options_check_alert_webhook),
    CHECKED("listen", listen, NULL, "ADDRESS:PORT",
            "serve the dashboard, metrics and control there (default: off)", options_check_listen),
    CHECKED("http-host", http_host, NULL, "NAME,…",
            "names of a reverse proxy before --listen, by which it may be called, too; by them reading needs "
            "the token",
            options_check_http_host),
    TEXT("http-token-file", http_token_file, NULL, "FILE",
         "holds the token that changing calls need; needed where --listen is not loopback"),
    SECONDS("keep-listening", keep_listening, NULL, 0, 604800,
            "after the end, go on showing the last figures at --listen for so long; SIGINT ends it"),

    TEXT(
        "fleet", fleet, NULL, "URL",
        "work on one batch with other machines, over this PostgreSQL (postgresql://HOST/DATABASE, or libpq's "
        "words); see docs/FLEET.md"),
    TEXT("fleet-name", fleet_name, NULL, "NAME", "the batch that they share: the first machine begins it"),
    CHOICE(
        "fleet-share-input", fleet_share_input, "asked", SHARES,
        "put the rows of --input into the database for machines that are given none: when one of them asks, "
        "before the run begins here, or not at all"),
    FLAG("fleet-share-prompt", fleet_share_prompt,
         "put the prompt into the database, in clear, with all that its requests are made of, for machines "
         "that "
         "are given none"),
    SECONDS("fleet-term", fleet_term, "60", 2, 86400,
            "a machine that is silent for so long is given up: what it was leased goes to the others"),
    CHOICE("fleet-keep", fleet_keep, "database", FLEET_KEEPS,
           "where answers are kept: in the database, or in each machine's output, of which it is told the "
           "places"),

    NUMBER(OPTIONS_INTERVAL, "sync", sync, "1", 0, 86400, "always|SECONDS|never",
           "how often the output is synced to disk"),
    CHOICE("progress", progress, "auto", PROGRESSES,
           "auto: a picture on a terminal, else a line every ten seconds"),
    FLAG("verbose", verbose, "tell more"),
    FLAG("quiet", quiet, "only warnings and worse, and no summary"),
    TEXT("log-file", log_file, NULL, "FILE", "all that is told, as JSON lines, appended"),
    TEXT("summary", summary, NULL, "FILE", "how it ended, as JSON, however it did; - is standard output"),
};

_Static_assert(sizeof(options_rows) / sizeof(options_rows[0]) <= OPTIONS_MOST,
               "each has a place in options.given");
const size_t options_row_count = sizeof(options_rows) / sizeof(options_rows[0]);

const struct options_row *options_table_find(const char *name) {
    for (size_t i = 0; i < options_row_count; i++) {
        if (strcmp(options_rows[i].name, name) == 0) {
            return &options_rows[i];
        }
    }
    return NULL;
}

const struct options_alias options_aliases[] = {
    {"session-selection", "SESSION_SELECTION_STRATEGY"},
    {"circuit-breaker", "CIRCUIT_BREAKER_ENABLED"},
    {"circuit-breaker-threshold", "CIRCUIT_BREAKER_THRESHOLD"},
    {"circuit-breaker-timeout", "CIRCUIT_BREAKER_TIMEOUT"},
    {"quota-monitoring", "QUOTA_MONITORING"},
    {"daily-limit", "DAILY_REQUEST_LIMIT"},
    {"quota-threshold", "QUOTA_THRESHOLD"},
    {"pause-duration", "PAUSE_DURATION_HOURS"},
    {"quota-log-interval", "QUOTA_LOG_INTERVAL"},
    {"rate-limit-cooldown", "RATE_LIMIT_COOLDOWN"},
    {"backoff", "EXPONENTIAL_BACKOFF_ENABLED"},
};
const size_t options_alias_count = sizeof(options_aliases) / sizeof(options_aliases[0]);
