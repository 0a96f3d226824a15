// What a worker must know of the run's configuration. The coordinator writes it as JSON into an anonymous
// file that each worker inherits. Secrets are not part of it: the keys go to each worker through a pipe.
#ifndef RATION_SETTINGS_H
#define RATION_SETTINGS_H

#include "ration/bounds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETTINGS_MAX_COLUMNS 512
#define SETTINGS_MAX_PARAMS 64
#define SETTINGS_MAX_ENDPOINTS 16

enum settings_format { SETTINGS_CSV, SETTINGS_JSONL };
// What a record of the input is: a row of a table, of which a request is made; or a request already: a line
// of OpenAI's batches ({"custom_id","url","body"}), of Anthropic's ({"custom_id","params"}), or a body alone.
enum settings_rows {
    SETTINGS_ROWS_TABLE,
    SETTINGS_ROWS_OPENAI,
    SETTINGS_ROWS_ANTHROPIC,
    SETTINGS_ROWS_BODIES
};
// How answers and failures are written: ration's own lines, or those of OpenAI's batches, or of its cookbook.
enum settings_output { SETTINGS_OUTPUT_LINES, SETTINGS_OUTPUT_BATCH, SETTINGS_OUTPUT_COOKBOOK };
// What follows an answer that is not what was asked for: asked again, and told what was wrong; asked again as
// before; kept; failed.
enum settings_invalid {
    SETTINGS_INVALID_REPAIR,
    SETTINGS_INVALID_RETRY,
    SETTINGS_INVALID_KEEP,
    SETTINGS_INVALID_FAIL
};
enum settings_truncated { SETTINGS_TRUNCATED_KEEP, SETTINGS_TRUNCATED_RETRY, SETTINGS_TRUNCATED_FAIL };
// How the wait grows with each failure of the same artist.
enum settings_backoff { SETTINGS_BACKOFF_EXPONENTIAL, SETTINGS_BACKOFF_LINEAR, SETTINGS_BACKOFF_FIXED };

// One variable of a stored prompt: its name there, and the input column that fills it.
struct settings_variable {
    char *name;
    char *column;
};

// A value in a body: where, and what, as JSON. See ration/json_edit.h.
struct settings_param {
    char *path;
    char *value;
};

// Every pointer is owned by the struct; settings_free() ends it. Strings are NULL when not set.
struct settings {
    char *provider;                          // the name of the run's own
    size_t sessions;                         // 1..BOUNDS_SESSIONS
    char *session_url[BOUNDS_SESSIONS];      // base URL of each, without a trailing slash
    char *session_provider[BOUNDS_SESSIONS]; // the provider of each, see provider_json_decode()
    char *session_model[BOUNDS_SESSIONS];    // the model of each; "": its requests name none
    char *session_form[BOUNDS_SESSIONS];     // the form of its requests; "": that of all
    bool fallback;                           // one of them is used only while no other may send
    char *model;
    char *prompt_id; // stored prompt, or
    char *prompt_version;
    char *prompt_template; // the text of --prompt-file, with {{column}} places
    size_t variables;
    struct settings_variable variable[SETTINGS_MAX_COLUMNS];
    uint64_t max_output_tokens; // 0: not sent
    enum settings_rows rows;
    enum settings_output output_format;
    char *form;          // of a table: the body of its requests, see ration/form.h
    char *plain_form;    // likewise, without what asks a provider to keep its beginning: hashes are of this
    char *params_column; // holds an object that is merged into the row's body
    size_t params;       // of requests that are there already: what is set in each
    struct settings_param param[SETTINGS_MAX_PARAMS];
    size_t endpoints; // paths behind the base URL; a table has one
    char *endpoint[SETTINGS_MAX_ENDPOINTS];
    char *
        row_models; // of requests whose rows may name them: each once, a newline behind it; workers need none
    bool row_dear;  // a row's own service tier may be charged as priority; likewise
    uint64_t kept_tokens; // that providers are asked to keep, about; 0: none; workers need none
    bool own_model;       // a row's own parameters leave the model alone; of a worker's kinds of request only
    bool whole_hash;      // the input hash covers the whole request, else the prompt alone
    bool new_hash;        // and an answer with the hash of a prompt alone is another one's
    char *service_tier;   // that is asked for by name; NULL: none is
    enum settings_truncated on_truncated;
    char *schema;       // JSON Schema of the answers, see schema.h
    char *must_match;   // or a pattern that is found in each, see pattern.h
    uint64_t min_chars; // and how long each is at least; 0: no matter
    enum settings_invalid on_invalid;

    enum settings_format format;
    char *id_column;    // see struct record_shape
    char *name_column;  // likewise
    bool needs_name;    // likewise
    bool needs_data;    // likewise
    uint32_t delimiter; // likewise; 0: a comma
    char *id_key;       // what a row's id is called in its line; NULL: artist_id
    char *name_key;     // likewise its name; NULL: there is none, or artist_name where the id is artist_id
    bool keep_all;      // columns stand beside each answer: all of them, or
    size_t kept;        // these
    char *keep[SETTINGS_MAX_COLUMNS];
    size_t columns; // CSV: the header's columns in order; JSONL: 0
    char *column[SETTINGS_MAX_COLUMNS];

    uint32_t in_flight; // requests at once, of one worker
    uint32_t attempts;  // counted attempts of one artist before it fails
    // likewise, by the class of its last failure
    uint32_t attempts_server, attempts_network, attempts_overloaded, attempts_invalid;
    enum settings_backoff backoff;
    uint64_t backoff_initial;     // nanoseconds
    uint64_t backoff_max;         // nanoseconds
    uint64_t rate_limit_cooldown; // nanoseconds that a session rests after a 429 that names no time
    // nanoseconds until one whose tier has no room is asked by the usual; 0: never
    uint64_t flex_patience;
    bool cooldown_chosen;      // by the user: it holds also where a limit that nobody tells is found out
    bool ignore_limit_headers; // what answers say of limits counts for nothing, but for Retry-After
    uint64_t timeout;          // nanoseconds, whole request
    uint64_t connect_timeout;  // nanoseconds
    // nanoseconds between fdatasync of the output; 0: after every append; CLOCK_NEVER: never
    uint64_t sync_interval;
    uint64_t max_answer;   // bytes of one response body
    uint64_t memory_limit; // bytes of private memory of one worker

    // By a batch API instead of one request after another: see worker/batch.h.
    bool batch;
    bool batch_cancel;       // what is with the API is cancelled; nothing new is asked
    bool batch_detach;       // the run ends when all is at the provider
    bool batch_fail_lost;    // rows of parts that are lost fail as in doubt; else they are asked again
    bool batch_leave_lost;   // or are left to a later run
    char *batch_window;      // within which the provider answers, in its words: "24h"
    uint32_t batch_hours;    // likewise in hours; 0: they are not told by its words
    char *batch_journal;     // the path of the journal of parts
    uint64_t batch_rows;     // of a part at most; likewise
    uint64_t batch_bytes;    // of its file
    uint64_t batch_tokens;   // of input, as estimated
    uint64_t batch_patience; // seconds; a part that has not ended by then is cancelled; 0: the API ends it
    uint64_t batch_poll;     // nanoseconds between two questions for the same part, at least
    uint64_t batch_search;   // nanoseconds for which a creation is looked for whose answer was lost

    bool log_debug;      // show debug lines
    bool log_quiet;      // show warnings and worse only
    bool log_clear_line; // see log_config.clear_line
};

// As JSON text for settings_decode(); malloc'ed, NULL when out of memory. Coordinator.
char *settings_encode(const struct settings *settings);

// Fills *settings from JSON of `length` bytes. 0, or -1 with *settings empty. Worker.
int settings_decode(const char *json, size_t length, struct settings *settings);

void settings_free(struct settings *settings);

#endif
