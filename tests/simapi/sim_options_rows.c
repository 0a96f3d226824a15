#include "sim_options_rows.h"

#include "sim_number.h"

#define AT(field) offsetof(struct options, field)
#define MOST(dimension) AT(limits.most[DIMENSION_##dimension])
#define BURST(dimension) AT(limits.burst[DIMENSION_##dimension])
#define HEADING(text) \
    { text, NULL, NULL, OPTION_ON, 0, 0, 0 }
/* A share of the admitted requests each, 0 to 1. */
#define FAULT_ROW(id, text, what) \
    {"fault-" text, "SHARE", what, OPTION_SHARE, AT(fault_share) + FAULT_##id * sizeof(double), 0, 0},
#define BATCH_FAULT_ROW(id, text, what)                   \
    {"batch-fault-" text,                                 \
     "SHARE",                                             \
     what,                                                \
     OPTION_SHARE,                                        \
     AT(batch.fault) + BATCH_FAULT_##id * sizeof(double), \
     0,                                                   \
     0},
#define HOUR_MS 3600000
#define LONGEST_NS ((uint64_t)(NUMBER_SECONDS_MAX * 1e9))

/* clang-format off */
const struct option_row sim_options_rows[] = {
    HEADING("Server"),
    {"port", "N", "listen on 127.0.0.1:N (0: any free port)", OPTION_NUMBER, AT(port), 0, 65535},
    {"port-file", "FILE", "write the port there once listening", OPTION_STRING, AT(port_file), 0, 0},
    {"tls-cert", "FILE", "HTTPS with this certificate chain (PEM)", OPTION_STRING, AT(tls_cert), 0, 0},
    {"tls-key", "FILE", "its private key (PEM)", OPTION_STRING, AT(tls_key), 0, 0},
    {"max-connections", "N", "at most N at a time (12000)", OPTION_NUMBER, AT(max_connections), 1, 1000000},
    {"max-body", "BYTES", "larger requests get 413 (4194304)", OPTION_NUMBER, AT(max_body), 1, 1u << 30},
    {"audit", "FILE", "append a line (TSV) for each request", OPTION_STRING, AT(audit), 0, 0},
    {"lateness", "FILE", "append a line (TSV) for each tenth of a second: how late this program's timers were", OPTION_STRING,
     AT(lateness), 0, 0},
    {"exit-with-parent", NULL, "end when the starting process ends", OPTION_ON, AT(exit_with_parent), 0, 0},
    {"time-from-start", NULL, "days and the S of options count from the start, not from the first request",
     OPTION_ON, AT(time_from_start), 0, 0},

    HEADING("Keys"),
    {"key-file", "FILE", "accept these API keys only, one a line; all share the limits", OPTION_STRING, AT(key_file), 0, 0},
    {"keys-file", "FILE", "accept these only, each with limits of its own (see below)", OPTION_STRING, AT(keys_file), 0, 0},

    HEADING("Answers"),
    {"prompt-variables-allowed", "A,B", "others get 400 (artist_name,artist_data)", OPTION_STRING,
     AT(variables_allowed), 0, 0},
    {"text-bytes", "N", "fill answers up to N bytes (300)", OPTION_NUMBER, AT(text_bytes), 0, 1u << 26},
    {"reasoning-tokens", "N", "think N tokens before each answer (0)", OPTION_NUMBER, AT(reasoning_tokens), 0, 1u << 20},
    {"cache-tokens", "N", "remember beginnings of prompts of N tokens and more: messages those that cache_control marks, the "
     "others by themselves, apart for each prompt_cache_key (0: none)", OPTION_NUMBER, AT(cache_least), 0, 1u << 20},
    {"cache-seconds", "S", "so long after they were read last; those for an hour twelve times that (300)", OPTION_SECONDS,
     AT(cache_life_ns), 1000000, LONGEST_NS},
    {"latency-ms", "N", "answer N ms after admission", OPTION_NUMBER, AT(latency_ms), 0, HOUR_MS},
    {"hold-after", "N", "the first N requests are answered, others not before a signal says so", OPTION_NUMBER, AT(hold_after),
     0, UINT64_MAX},
    {"latency-lognormal", "MEDIAN_MS:SIGMA", "answer after a log-normal time", OPTION_LOGNORMAL, 0, 0, 0},

    HEADING("Limits of an account (0: none)"),
    {"requests-per-minute", "N", "request limit", OPTION_NUMBER, MOST(REQUESTS), 0, BUCKET_LIMIT_MAX},
    {"burst", "N", "requests a full bucket holds (the limit; a real API's holds its limit)", OPTION_NUMBER,
     BURST(REQUESTS), 0, BUCKET_LIMIT_MAX},
    {"tokens-per-minute", "N", "token limit", OPTION_NUMBER, MOST(TOKENS), 0, BUCKET_LIMIT_MAX},
    {"burst-tokens", "N", "tokens a full bucket holds (the limit)", OPTION_NUMBER, BURST(TOKENS), 0, BUCKET_LIMIT_MAX},
    {"input-tokens-per-minute", "N", "limit of the tokens sent", OPTION_NUMBER, MOST(INPUT), 0, BUCKET_LIMIT_MAX},
    {"output-tokens-per-minute", "N", "limit of the tokens answered", OPTION_NUMBER, MOST(OUTPUT), 0, BUCKET_LIMIT_MAX},
    {"project-tokens-per-minute", "N", "token limit of the project that all keys of an account belong to", OPTION_NUMBER,
     MOST(PROJECT), 0, BUCKET_LIMIT_MAX},
    {"requests-per-day", "N", "request limit of a day", OPTION_NUMBER, MOST(REQUESTS_DAY), 0, BUCKET_LIMIT_MAX},
    {"tokens-per-day", "N", "token limit of a day", OPTION_NUMBER, MOST(TOKENS_DAY), 0, BUCKET_LIMIT_MAX},
    {"day-seconds", "S", "length of a day (86400)", OPTION_SECONDS, AT(rules.day_ns), 1000000, LONGEST_NS},
    {"day-continuous", NULL, "a day's limits come back little by little, not all at its end", OPTION_ON,
     AT(rules.day_continuous), 0, 0},
    {"change-at", "S:NAME=N,...", "limits from then on, named as for --keys-file; key=LINE: of that key alone; repeatable",
     OPTION_CHANGE, AT(rules.changes), 0, 0},

    HEADING("A proxy in front"),
    {"at-once", "N", "requests at once, others get 429 (0: any number)", OPTION_NUMBER, AT(at_once), 0, 1000000},
    {"refused-wait", "S", "the Retry-After of each refusal for a limit (0: what the limit needs)", OPTION_SECONDS,
     AT(refused_wait_ns), 0, LONGEST_NS},
    {"refused-page", NULL, "their body is a web page", OPTION_ON, AT(refused_page), 0, 0},

    HEADING("Charges"),
    {"charge", CHARGE_WORDS, "at admission: max(output limit, estimate), the estimate, or the input alone "
     "(max; messages: actual)", OPTION_CHOICE, AT(charge), 0, 0},
    {"expected-output", "N", "tokens of an answer, as estimated at admission (text-bytes / 4)", OPTION_NUMBER,
     AT(expected_output), 0, 1u << 30},
    {"settle", NULL, "correct the charge to the tokens used when answering (default)", OPTION_ON, AT(settle), 0, 0},
    {"no-settle", NULL, "keep the charge made at admission", OPTION_OFF, AT(settle), 0, 0},
    {"count-refused", NULL, "a 429 costs a request, too", OPTION_ON, AT(rules.count_refused), 0, 0},

    HEADING("Money"),
    {"price", "MODEL:KIND=$,...", "dollars a million tokens, for the audit's bill; no MODEL: all others; KIND: input cached "
     "written written_hour output reasoning; repeatable", OPTION_PRICE, AT(prices), 0, 0},
    {"bill-lost", NULL, "answers that are cut, dropped or no JSON are billed, too", OPTION_ON, AT(bill_lost), 0, 0},
    {"insufficient-quota-after", "N", "once N requests were admitted, all others get insufficient_quota", OPTION_NUMBER,
     AT(limits.quota_after), 0, UINT64_MAX},
    {"spend-cap-after", "N", "once N requests were admitted, all others meet a spend cap", OPTION_NUMBER,
     AT(limits.spend_cap_after), 0, UINT64_MAX},
    {"spend-cap-form", SPEND_CAP_WORDS, "how it is told (the path's)", OPTION_CHOICE, AT(spend_cap), 0, 0},

    HEADING("Headers"),
    {"dialect", DIALECT_WORDS, "of the limits (the path's)", OPTION_CHOICE, AT(dialect), 0, 0},
    {"malformed-headers", "SHARE", "of the answers have garbage for limits", OPTION_SHARE, AT(malformed_headers), 0, 0},
    {"retry-after-form", RETRY_AFTER_WORDS, "(seconds; openai and azure: ms beside it)", OPTION_CHOICE, AT(retry_after), 0, 0},
    {"should-retry", SHOULD_RETRY_WORDS, "x-should-retry of all errors (none)", OPTION_CHOICE, AT(should_retry), 0, 0},

    HEADING("Others"),
    {"outsider-per-minute", "N", "requests of somebody else with the same key, seen through the headers alone",
     OPTION_NUMBER, AT(limits.outsider_per_minute), 0, LIMITS_OUTSIDER_MAX},
    {"outsider-tokens", "N", "of each of them, all input (expected-output)", OPTION_NUMBER, AT(rules.outsider_tokens),
     0, BUCKET_LIMIT_MAX},
    {"outsider-from", "S", "they begin (0)", OPTION_SECONDS, AT(rules.outsider_from_ns), 0, LONGEST_NS},
    {"outsider-until", "S", "they end (never)", OPTION_SECONDS, AT(rules.outsider_until_ns), 0, LONGEST_NS},
    {"overload-from", "S", "from then on all get 529 (messages) or 503 (0, if there is an end)", OPTION_SECONDS,
     AT(overload_from_ns), 0, LONGEST_NS},
    {"overload-until", "S", "up to then (never ends)", OPTION_SECONDS, AT(overload_until_ns), 0, LONGEST_NS},

    HEADING("Tiers"),
    {"flex-full", "SHARE", "of the requests that ask for service_tier flex find no room (0); not admitted, not billed", OPTION_SHARE,
     AT(flex_full), 0, 0},
    {"flex-full-until", "S", "up to then (never ends)", OPTION_SECONDS, AT(flex_full_until_ns), 0, LONGEST_NS},
    {"flex-full-form", TIER_FULL_WORDS, "how it is told: 429 with a code, with words alone, or Groq's 498 (code)", OPTION_CHOICE,
     AT(flex_full_form), 0, 0},

    HEADING("Faults"),
    {"seed", "N", "faults and latencies depend on seed, artist and attempt alone (1)", OPTION_NUMBER, AT(seed), 0, UINT64_MAX},
    {"fault-attempts", "N", "faults only on the first N attempts of an artist", OPTION_NUMBER, AT(fault_attempts),
     0, UINT64_MAX},
    {"trickle-ms", "N", "time that a trickled body takes (2000)", OPTION_NUMBER, AT(trickle_ms), 0, HOUR_MS},
    {"hostile", "MODE", "answer every request so: " HOSTILE_LIST, OPTION_HOSTILE, AT(hostile), 0, 0},
    {"redirect-to", "URL", "where hostile redirect points to (/elsewhere)", OPTION_STRING, AT(redirect_to), 0, 0},
    CHANCE_FAULTS(FAULT_ROW)

    HEADING("Files and batches (times are of their clock, S seconds)"),
    {"batch-folder", "DIR", "have their APIs, with the files there (none)", OPTION_STRING, AT(batch.folder), 0, 0},
    {"batch-speed", "N", "N seconds of their clock in a second (1); POST /simapi/clock?advance=S sets it forward", OPTION_NUMBER,
     AT(batch.speed), 1, 100000},
    {"batch-validate", "S", "a validation takes so long (0.1)", OPTION_SECONDS, AT(batch.validate_ns), 0, LONGEST_NS},
    {"batch-row", "S", "so long a row (0)", OPTION_SECONDS, AT(batch.row_ns), 0, LONGEST_NS},
    {"batch-finalize", "S", "so long from the last row to the end (0.1)", OPTION_SECONDS, AT(batch.finalize_ns), 0, LONGEST_NS},
    {"batch-cancel", "S", "so long from a cancellation to the end (0.1)", OPTION_SECONDS, AT(batch.cancel_ns), 0, LONGEST_NS},
    {"batch-window", "S", "what is not done by then expires (86400; 0: never)", OPTION_SECONDS, AT(batch.window_ns), 0, LONGEST_NS},
    {"batch-hidden", "S", "what is new is answered with 404 for so long (0)", OPTION_SECONDS, AT(batch.hidden_ns), 0, LONGEST_NS},
    {"batch-lag", "S", "lists know what is new only after so long (0)", OPTION_SECONDS, AT(batch.lag_ns), 0, LONGEST_NS},
    {"batch-keep", "S", "then files and batches are gone, of messages the results (2592000; 0: never)", OPTION_SECONDS, AT(batch.keep_ns), 0, LONGEST_NS},
    {"batch-rows", "N", "most rows of a batch (50000; messages: 100000)", OPTION_NUMBER, AT(batch.rows_most), 1, 10000000},
    {"batch-bytes", "N", "most bytes of a file (209715200) or a body of messages (268435456)", OPTION_NUMBER, AT(batch.bytes_most),
     1, UINT64_C(1) << 40},
    {"batch-calls", "N", "most calls of an account in a minute, all together (0: any number)", OPTION_NUMBER, AT(batch.calls_most), 0,
     BUCKET_LIMIT_MAX},
    {"batch-open", "N", "most batches of an account that have not ended (0: any number)", OPTION_NUMBER, AT(batch.open_most), 0,
     UINT64_MAX},
    {"batch-hourly", "N", "most creations of an account in an hour (0: any number)", OPTION_NUMBER, AT(batch.hourly_most), 0,
     UINT64_MAX},
    {"batch-enqueued-tokens", "N", "most input tokens of an account and a model that wait or run (0: any number)", OPTION_NUMBER,
     AT(batch.enqueued_tokens), 0, UINT64_MAX},
    {"batch-token-factor", "N", "for that limit it counts so many times the tokens that it bills (1)", OPTION_NUMBER,
     AT(batch.token_factor), 1, 1000},
    {"batch-queued-rows", "N", "most rows of an account that wait or run; messages alone (0: any number)", OPTION_NUMBER,
     AT(batch.queued_rows), 0, UINT64_MAX},
    {"batch-no-lines", BATCH_NO_LINES_WORDS, "a file without lines is told so (null)", OPTION_CHOICE, AT(batch.no_lines), 0, 0},
    {"batch-check-bodies", NULL, "a row that the API refuses fails its batch in validation", OPTION_ON, AT(batch.check_bodies), 0, 0},
    {"batch-azure", NULL, "as Azure's documents have it: \"Completed\", times as text, counts null, another message of enqueued tokens",
     OPTION_ON, AT(batch.azure), 0, 0},
    {"batch-together", NULL, "OpenAI's shape as Together has it: /v1/files/upload for batch-api, no metadata, a job around what is created, lists "
     "that are one, words in capitals, times as text", OPTION_ON, AT(batch.together), 0, 0},
    {"batch-one-file", NULL, "errors stand among the answers, in one file", OPTION_ON, AT(batch.one_file), 0, 0},
    {"batch-no-rest", NULL, "rows that were not run have no lines (messages: have)", OPTION_ON, AT(batch.no_rest), 0, 0},
    {"batch-in-order", NULL, "results in the order of the requests, not in any", OPTION_ON, AT(batch.in_order), 0, 0},
    {"batch-fault-calls", "A,B", "calls that fail by lot (" BATCH_CALL_WORDS ")", OPTION_STRING, AT(batch.fault_calls), 0, 0},
    {"batch-fault-times", "N", "each fault at most N times (any number)", OPTION_NUMBER, AT(batch.fault_times), 0, UINT64_MAX},
    BATCH_FAULTS(BATCH_FAULT_ROW)};
/* clang-format on */

const size_t sim_options_rows_count = sizeof(sim_options_rows) / sizeof(sim_options_rows[0]);
