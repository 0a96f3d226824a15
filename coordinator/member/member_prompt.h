// What the requests of a run are made of, as one JSON text: what --fleet-share-prompt puts into the database,
// and another machine takes. No key, no address, no header is in it.
#ifndef RATION_MEMBER_PROMPT_H
#define RATION_MEMBER_PROMPT_H

#include "config/options.h"
#include "ration/settings.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>

#define MEMBER_PROMPT_MOST ((size_t)128 << 20) // bytes of that text: 64 files of a mebibyte, escaped

// From the options, whose files are read, and of what was read of them already. false: told.
bool member_prompt_pack(const struct options *options, const struct settings *settings, struct text *out);

// Texts and files that stand in for those of the command line, without a name on any disk.
struct member_prompt {
    size_t texts, files;
    char *text[2 * OPTIONS_LIST_MOST + 16];
    int file[OPTIONS_LIST_MOST + 4];
};

// Into the options, where they have none of their own. false: it is none, or memory or descriptors are out,
// which is told.
bool member_prompt_unpack(const char *json, struct options *options, struct member_prompt *prompt);
void member_prompt_free(struct member_prompt *prompt);

#endif
