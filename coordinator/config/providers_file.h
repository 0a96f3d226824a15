// The text of a providers file: rows of provider.h. Pure but for memory, and for the environment that a
// header may name.
#ifndef RATION_PROVIDERS_FILE_H
#define RATION_PROVIDERS_FILE_H

#include "ration/provider_json.h"

#include <stddef.h>

#define PROVIDERS_FILE_PROBLEM_SIZE (PROVIDER_ROW_PROBLEM_SIZE + 96U)

// The text is
//   {"providers": [{"name": "mine", "like": "azure", "base_url": "https://…", …}, …]}
// with the members of provider_json.h. Fills row[0..*count), at most `most`; a name stands once. 0, or -1
// with what is wrong and on which line in `problem`, which holds no value of a header; nothing is to be freed
// then.
int providers_file_parse(const char *text, size_t length, struct provider_row *row, size_t most,
                         size_t *count, char problem[PROVIDERS_FILE_PROBLEM_SIZE]);

#endif
