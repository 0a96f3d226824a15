// What must be alike on all machines of a run, as a flat JSON object of texts: the first machine's is kept by
// the database, and the others compare theirs. Long texts, and what may hold a secret, only as digests.
#ifndef RATION_MEMBER_SETTINGS_H
#define RATION_MEMBER_SETTINGS_H

#include "config/config.h"
#include "config/options.h"
#include "input/input_index.h"
#include "ration/text.h"

// The object. On failure of memory the text is marked as failed.
void member_settings_make(const struct options *options, const struct config *config, struct text *out);

// The first that differs, of what the versions of both compare: its name, and both values as they stand;
// false: they are alike. `theirs` and `own` are such objects, NUL-terminated.
#define MEMBER_SETTINGS_VALUE 256
struct member_settings_difference {
    char name[160];
    char theirs[MEMBER_SETTINGS_VALUE], own[MEMBER_SETTINGS_VALUE]; // "": not told
};
bool member_settings_differ(const char *theirs, const char *own,
                            struct member_settings_difference *difference);

// Another --base-url, which is no such difference: machines may go through proxies of their own, and a server
// may move while its run goes on.
bool member_settings_elsewhere(const char *theirs, const char *own);

#endif
