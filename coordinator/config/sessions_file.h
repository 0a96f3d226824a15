// The text of a sessions file: several API keys, each with what is its own. Pure but for memory.
#ifndef RATION_SESSIONS_FILE_H
#define RATION_SESSIONS_FILE_H

#include "ration/arena.h"
#include "ration/key.h"
#include "ration/limits.h"
#include "ration/tier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSIONS_FILE_NAME_SIZE 32U
#define SESSIONS_FILE_PROBLEM_SIZE 256U

// NULL: not given. At most one of key, key_env, key_file and key_command is.
struct sessions_file_entry {
    char name[SESSIONS_FILE_NAME_SIZE]; // "session-2" for a second one without a name
    size_t line;                        // where it begins, from 1
    struct key key;                     // empty: not given
    char *key_env, *key_file, *key_command;
    char *base_url;         // not checked
    char *tier;             // not checked
    struct limits limits;   // 0: not given
    uint64_t burst;         // 0: not given
    char *provider, *model; // not checked
    bool fallback;
    bool priced; // at least one of its prices is given
    struct tier_price price;
};

struct sessions_file {
    size_t count;
    struct sessions_file_entry entry[BOUNDS_SESSIONS];
};

// The text is
//   {"sessions": [{"name": "a", "key": "sk-…", "base_url": "https://…", "requests_per_minute": 500, …}, …]}
// with the members named above, none of them needed, and no others. 0, or -1 with what is wrong and on which
// line in `problem`, which never holds a key; *file is then empty. Copies that were made on the way are
// wiped; the text is the caller's.
int sessions_file_parse(const char *text, size_t length, struct sessions_file *file,
                        char problem[SESSIONS_FILE_PROBLEM_SIZE]);

// A key stands in the file itself.
bool sessions_file_holds_keys(const struct sessions_file *file);

// Wipes the keys.
void sessions_file_free(struct sessions_file *file);

#endif
