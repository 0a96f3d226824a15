// A row of provider.h that is not of the table that is built in, or was changed: with headers and parameters
// of its own. Pure but for memory, and for the environment that a header may name.
#ifndef RATION_PROVIDER_ROW_H
#define RATION_PROVIDER_ROW_H

#include "ration/provider.h"

#include <stddef.h>

#define PROVIDER_ROW_TEXTS 128U
#define PROVIDER_ROW_PROBLEM_SIZE 320U

// A row and the texts that it owns; the others are of the table that is built in. Begins as {0}.
struct provider_row {
    struct provider provider;
    size_t texts;
    char *text[PROVIDER_ROW_TEXTS];
};

// Keeps a copy of `text`; NULL: no memory, or more texts than a row can have.
const char *provider_row_own(struct provider_row *row, const char *text);

// One header more, or instead of the one of that name: "Name: value"; a value ${NAME} is that of the
// environment. 0, or -1 with what is wrong.
int provider_row_header(struct provider_row *row, const char *line, char problem[PROVIDER_ROW_PROBLEM_SIZE]);

// One parameter of the URL more, or instead of the one of that name. 0, or -1 with what is wrong.
int provider_row_query(struct provider_row *row, const char *name, const char *value,
                       char problem[PROVIDER_ROW_PROBLEM_SIZE]);

// A copy of `provider`, which may be of the table. 0, or -1: out of memory.
int provider_row_copy(const struct provider *provider, struct provider_row *row);

// Wipes what may be secret.
void provider_row_free(struct provider_row *row);

#endif
