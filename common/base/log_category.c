#include "ration/log_category.h"

static const struct {
    const char *name, *about;
} rows[] = {
    {"run", "beginning, end, resuming, requests in doubt, what the run cannot go on without"},
    {"worker", "starts, deaths, restarts, hangs, artists that are given up"},
    {"quota", "the API refuses the key; waits that hold all requests: rate limits, quotas, overload; the "
              "daily quota: its use, pauses, new periods"},
    {"batch", "parts of --batch: what is with the API, what has ended, what was lost"},
    {"disk", "the output cannot be written or synced, or can be again"},
    {"output", "somebody else has changed the output or the errors file; where what was paid for is saved"},
    {"input", "what is wrong with the input, changed artists"},
    {"request", "attempts that failed, and their waits; each request with --verbose; a configuration that is "
                "refused each time"},
    {"retry", "artists that enter the retry queue"},
    {"scale", "steps of the number of workers and of the requests at once, and why"},
    {"alert", "alerts that are raised and cleared; the webhook that cannot be reached"},
    {"control", "commands and SIGHUP: what was asked and answered"},
    {"http", "where the web page and its token are; calls that change the run, and those that were refused"},
    {"cost", "what earlier runs spent; --max-cost or --max-cost-run is reached"},
    {"fleet", "the database: away and back; machines that join, leave, are given up; what other machines "
              "were first with"},
    {"config", "options, keys, tiers"},
    {"panic", "a bug of ration itself; the process aborts"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

const char *log_category_name(size_t at) {
    return at < ROWS ? rows[at].name : NULL;
}

const char *log_category_about(size_t at) {
    return at < ROWS ? rows[at].about : NULL;
}
