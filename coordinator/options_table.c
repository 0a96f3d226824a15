#include "options_table.h"

#include "options.h"
#include "ration/arena.h"
#include "ration/range.h"

#define AT(member) offsetof(struct options, member)
#define TEXT(n, m, d, v, h) \
    { .name = (n), .kind = OPTIONS_TEXT, .offset = AT(m), .initial = (d), .value = (v), .help = (h) }
#define FLAG(n, m, h) \
    { .name = (n), .kind = OPTIONS_FLAG, .offset = AT(m), .help = (h) }
#define CHOICE(n, m, d, v, h) \
    { .name = (n), .kind = OPTIONS_CHOICE, .offset = AT(m), .initial = (d), .value = (v), .help = (h) }
#define NUMBER(k, n, m, d, l, u, v, h)                                                                      \
    {                                                                                                       \
        .name = (n), .kind = (k), .offset = AT(m), .initial = (d), .least = (l), .most = (u), .value = (v), \
        .help = (h)                                                                                         \
    }
#define COUNT(n, m, d, l, u, h) NUMBER(OPTIONS_COUNT, n, m, d, l, u, "N", h)
#define SECONDS(n, m, d, l, u, h) NUMBER(OPTIONS_SECONDS, n, m, d, l, u, "SECONDS", h)

const struct options_row options_rows[] = {
    TEXT("input", input, NULL, "FILE", "artists: CSV with a header, or JSONL; - is standard input"),
    CHOICE("input-format", input_format, "auto", "auto|csv|jsonl",
           "auto: JSONL if the name ends in .jsonl, else CSV"),
    TEXT("output", output, NULL, "FILE", "answers, one JSON line for each artist"),
    TEXT("errors", errors, NULL, "FILE", "artists that failed for good (default: OUTPUT with .errors.jsonl)"),
    FLAG("resume", resume, "go on with an existing output; what it holds is not asked again"),
    COUNT("limit", limit, NULL, 1, RANGE_MAX_ARTISTS, "only the first N artists of the input"),
    TEXT("retry-errors", retry_errors, NULL, "all|none|CLASS,…",
         "with --resume: the failed artists to ask again (default: all but refused and in_doubt)"),
    FLAG("redo-changed", redo_changed,
         "with --resume: ask answered artists again whose input or prompt has changed; their old answers are "
         "removed first"),

    CHOICE("in-doubt", in_doubt, "retry", "retry|skip|fail",
           "requests in flight when a process died, perhaps billed: ask again, leave out, or to the errors "
           "file"),

    TEXT("provider", provider, "openai", "NAME", "the API, one of these"),
    TEXT("base-url", base_url, NULL, "URL",
         "instead of the provider's own (also from its variable: OPENAI_BASE_URL, …)"),
    TEXT("api-key-file", api_key_file, NULL, "FILE",
         "holds the API key (default: the key in the provider's variable: OPENAI_API_KEY, …)"),
    TEXT("model", model, NULL, "NAME", "default: the provider's; with a stored prompt, the prompt's own"),
    TEXT("prompt-id", prompt_id, NULL, "ID", "the stored prompt to fill"),
    TEXT("prompt-version", prompt_version, NULL, "V", "its version (default: the current one)"),
    TEXT("prompt-variables", prompt_variables, "artist_name=name,artist_data=data", "VAR=COLUMN,…",
         "the stored prompt's variables and the columns that fill them"),
    TEXT("prompt-file", prompt_file, NULL, "FILE",
         "instead of a stored prompt: a text with {{name}}, {{data}}, {{any column}}"),
    COUNT("max-output-tokens", max_output_tokens, NULL, 1, 10000000,
          "longest answer (default: the API's; anthropic: 1024)"),
    CHOICE("on-truncated", on_truncated, "keep", "keep|retry|fail", "an answer that the token limit has cut"),

    COUNT("max-workers", max_workers, "4", 1, ARENA_MAX_SLOTS, "worker processes"),
    COUNT("in-flight", in_flight, "64", 1, 10000, "requests at once, of each worker"),
    COUNT("attempts", attempts, "5", 1, 7, "attempts of an artist; rate limits and quotas use up none"),
    SECONDS("timeout", timeout, "300", 1, 86400, "longest time of one request"),
    SECONDS("connect-timeout", connect_timeout, "10", 1, 3600, "longest time to connect"),
    SECONDS("hang-timeout", hang_timeout, "10", 1, 3600,
            "a worker without a sign of life for so long is replaced"),
    COUNT("worker-memory-limit", worker_memory_limit, NULL, 32, 1048576,
          "megabytes of one worker (default: 512, and one more for each request in flight)"),

    COUNT("requests-per-minute", requests_per_minute, NULL, 1, 1000000000,
          "limit of the account (default: none)"),
    COUNT("tokens-per-minute", tokens_per_minute, NULL, 1, 1000000000000,
          "limit of the account (default: none)"),
    COUNT("burst", burst, NULL, 1, 1000000000,
          "requests that may leave at once after a rest (default: those of a tenth of a second)"),
    TEXT("tier", tier, NULL, "NAME", "the limits that are not given, and the prices, of a known tier"),
    TEXT("tiers", tiers, NULL, "FILE", "more tiers, as JSON"),
    TEXT("max-cost", max_cost, NULL, "DOLLARS",
         "the run stops before its answers cost more; needs the prices of a --tier"),

    NUMBER(OPTIONS_INTERVAL, "sync", sync, "1", 0, 86400, "always|SECONDS|never",
           "how often the output is synced to disk"),
    CHOICE("progress", progress, "auto", "auto|bar|plain|none",
           "auto: a bar on a terminal, else a line now and then"),
    FLAG("verbose", verbose, "tell more"),
    FLAG("quiet", quiet, "only warnings and worse, and no summary"),
    TEXT("log-file", log_file, NULL, "FILE", "all that is told, as JSON lines, appended"),
};

const size_t options_row_count = sizeof(options_rows) / sizeof(options_rows[0]);
