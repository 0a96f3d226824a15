// What stays of a run beside its output: how it was begun, how far it came, how it ended. One JSON object,
// for `ration status` when nobody is at work any more. It holds no secret: keys have no option, and values of
// options that may hold one are left out.
#ifndef RATION_LAST_RUN_H
#define RATION_LAST_RUN_H

#include "output/limits_found.h"
#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/settings.h"
#include "ration/tokens.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LAST_RUN_VERSION 1
#define LAST_RUN_MOST (256U * 1024U) // bytes of the file
#define LAST_RUN_COMMAND 16384U
#define LAST_RUN_SUMMARY 4096U
#define LAST_RUN_ASKED 96U
#define LAST_RUN_RESPONSES "responses" // a shape

struct last_run {
    char run_id[ARENA_RUN_ID_SIZE];
    pid_t pid;
    char boot[40]; // of the machine, see last_run_boot(); or ""
    char begun[CLOCK_RFC3339_SIZE], written[CLOCK_RFC3339_SIZE];
    char ended[CLOCK_RFC3339_SIZE]; // "": it has not, as far as it could tell
    int exit;                       // where it has ended
    char how[160];                  // likewise, in words
    char cause[1024];               // likewise, why it could not go on; or ""
    char output[PATH_MAX], input[PATH_MAX], errors[PATH_MAX], log[PATH_MAX]; // absolute; input "-"; log ""
    char arena[ARENA_NAME_SIZE];
    char folder[PATH_MAX];          // where it was begun
    char command[LAST_RUN_COMMAND]; // that goes on with it, for a shell; "" where it was too long
    uint64_t device, inode;         // of the output
    char provider[64], model[256], base_url[512], prompt[PATH_MAX]; // model "": the prompt's own
    char schema[PATH_MAX]; // absolute; "": answers were not checked with one, or nobody wrote it down
    // How the input was read; "": as its name and its first bytes tell.
    char input_format[8];    // csv, jsonl
    char input_id[1024];     // the column, or @line
    char input_delimiter[4]; // the character
    char input_encoding[64];
    char output_format[16];     // as the option calls it; "": nobody wrote it down
    char asked[LAST_RUN_ASKED]; // last_run_asked(), or that answers of several kinds stand there; likewise
    char shape[16];             // of the provider's requests and answers; likewise
    char providers[PATH_MAX], sessions[PATH_MAX]; // the files; absolute, or ""
    uint64_t artists, done, failed, before, requests, input_tokens, output_tokens, in_doubt;
    uint64_t cached_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens;
    uint64_t answers; // of this run; 0: nobody wrote it down
    uint64_t others;  // artists with a verdict that other machines of its fleet have
    bool priced;
    uint64_t price_input, price_output; // micro-dollars for a million tokens, as it asked; likewise
    uint64_t cost;                      // nano-dollars, of this run; and more of them:
    uint64_t cost_doubt, cost_before, cost_before_doubt, cost_booked;
    char limits_found[LIMITS_FOUND_MOST]; // see limits_found.h
    double seconds;
    char summary[LAST_RUN_SUMMARY]; // as it was printed
};

// Artists that nobody has a verdict of.
uint64_t last_run_left(const struct last_run *last);

// Its tokens by kind, there and back.
void last_run_set_tokens(struct last_run *last, const struct tokens *tokens);
struct tokens last_run_tokens(const struct last_run *last);

// malloc'ed by cJSON (free with cJSON_free), or NULL when out of memory.
char *last_run_encode(const struct last_run *last);
// 0, or -1 when it is none, or of another version.
int last_run_decode(const char *text, size_t length, struct last_run *last);

// What of a request and of its check older hashes do not cover, in words that are compared: the longest
// answer (0: none was asked for), and the check of plain texts.
void last_run_asked(uint64_t longest, const struct settings *settings, char out[LAST_RUN_ASKED]);
// That of a run which goes on with an output: *now->asked becomes what holds for all of its answers.
// `redone`: those that differ are asked again.
void last_run_ask_on(const struct last_run *before, struct last_run *now, bool redone);

// The command line `words` for a shell, with --resume at its end and without --cancel. "" where it does not
// fit.
void last_run_command(char *const *words, char *out, size_t size);

// In words: how what a run asks differs from what the earlier run asked, whose output it goes on with; ""
// where it does not.
void last_run_differs(const struct last_run *before, const struct last_run *now, char *out, size_t size);

enum last_run_state {
    LAST_RUN_AT_WORK,   // it or another has the output
    LAST_RUN_ENDED,     // and said so
    LAST_RUN_FINISHING, // killed; its workers still finish what is in flight
    LAST_RUN_KILLED,
    LAST_RUN_REBOOTED, // it was at work when the machine went down
};
struct last_run_facts {
    bool ended;
    bool coordinator; // somebody holds the output as a coordinator does
    bool workers;     // or as its workers do
    bool same_boot;
};
// Pure.
enum last_run_state last_run_judge(const struct last_run_facts *facts);
const char *last_run_state_name(enum last_run_state state);

#endif
