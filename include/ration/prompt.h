// What is sent for one artist: the variables of a stored prompt, or the text of a template with the artist's
// columns in its places. Requests are made of it, see ration/request.h; the coordinator checks it. Pure.
#ifndef RATION_PROMPT_H
#define RATION_PROMPT_H

#include "ration/digest.h"
#include "ration/record_reader.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stddef.h>

#define PROMPT_HASH_SIZE DIGEST_SIZE

struct prompt;

// One variable of a stored prompt, filled. Not NUL-terminated by contract: use the length.
struct prompt_variable {
    const char *name;
    const char *text;
    size_t length;
};

// What is sent for one artist. Points into the record and the prompt: valid until the record or the
// rendering changes.
struct prompt_rendering {
    size_t variables; // of a stored prompt
    struct prompt_variable variable[SETTINGS_MAX_COLUMNS];
    const char *text; // of a template; NULL for a stored prompt
    size_t length;
};

struct prompt_problem {
    unsigned line;   // of the template, from 1; 0: it is of no template
    char column[65]; // that the input does not have, cut; "" where that is not the problem
    char message[256];
};

// Its template has a {{ }} that each artist fills: without one all are asked the same. Of a stored prompt
// that is not known here: true.
bool prompt_is_filled(const struct settings *settings);

// Whether every column that the settings' prompt names is among `column`. 0, or -1 with what is wrong and
// what to do in *problem. With no columns (JSONL, where each record has its own) only the template's form
// is checked.
int prompt_check(const struct settings *settings, const char *const *column, size_t columns,
                 struct prompt_problem *problem);

// Prepares the rendering of the settings' prompt, which must outlive it. NULL with errno: ENOMEM, or EINVAL
// when prompt_check() would complain of the template's form.
struct prompt *prompt_new(const struct settings *settings);
void prompt_free(struct prompt *prompt);

// Fills *rendering for an artist. A column that the record lacks is empty. 0, or -1 when out of memory.
int prompt_render(struct prompt *prompt, const struct record *record, struct prompt_rendering *rendering);

// A digest of exactly what is sent: prompt id, version and variables, or the rendered text. It depends on
// nothing else.
void prompt_hash(const struct prompt *prompt, const struct prompt_rendering *rendering,
                 char out[PROMPT_HASH_SIZE]);

#endif
