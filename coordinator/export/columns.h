// The columns of an export: first noted, as they are met in the input and in the lines, then chosen.
//
//   of the input     under their names; the id is one of them
//   state            done, failed, open: no line yet
//   of an answer     response_text, the answer's own JSON (response_json, or each of its fields), model,
//                    tokens, …
//   of a failure     class, status, code, message
//   what else lines have, under its own name
//
// A name that the input has already becomes answer_NAME; a field's, response_json.NAME.
#ifndef RATION_COLUMNS_H
#define RATION_COLUMNS_H

#include "export/result_walk.h"

#include <stdbool.h>
#include <stddef.h>

#define COLUMNS_MOST 1024U       // of all; further fields stay in response_json
#define COLUMNS_FIELDS_MOST 512U // of them fields of answers

enum columns_source { COLUMNS_INPUT, COLUMNS_ID, COLUMNS_STATE, COLUMNS_LINE };
enum columns_of { COLUMNS_OF_BOTH, COLUMNS_OF_ANSWER, COLUMNS_OF_ERROR };

struct column {
    char *name;
    enum columns_source source;
    size_t input; // which one of the input
    bool id;      // it holds the id
    char *path;   // COLUMNS_LINE
    enum columns_of of;
};

struct columns;

// NULL: out of memory. `fields`: those of answers become columns.
struct columns *columns_new(bool fields);
void columns_free(struct columns *columns);

// In the order in which they are to stand. 0, ENOMEM, or E2BIG: more than COLUMNS_MOST.
int columns_note_input(struct columns *columns, const char *name, bool id);
// What the lines call the id, where no column of the input has it. The first call counts.
int columns_note_id(struct columns *columns, const char *name);
// `failed`: it is of the errors file. Of too many fields the further ones are not noted.
int columns_note_leaf(struct columns *columns, const struct result_walk_leaf *leaf, bool failed);

// Ends the noting. `wanted` NULL: all; else names with commas between, in their order, a path of a line or of
// a field (usage.total_tokens, response_json.title) likewise. 0, ENOMEM, or EINVAL: *unknown, of `size`
// bytes, is no column.
int columns_choose(struct columns *columns, const char *wanted, char *unknown, size_t size);

size_t columns_count(const struct columns *columns);
// What the id is called, chosen or not.
const char *columns_id(const struct columns *columns);
const struct column *columns_at(const struct columns *columns, size_t index);
// The column of the input with that name, by its number there, or SIZE_MAX. `guess` is looked at first.
size_t columns_input(const struct columns *columns, const char *name, size_t guess);
// After choosing: whether fields of answers are needed.
bool columns_fields(const struct columns *columns);
// After choosing: the names of all that could be chosen, one after another; NULL beyond.
const char *columns_offer(const struct columns *columns, size_t index);
// After choosing: the column with that path, or SIZE_MAX; `guess` is looked at first.
size_t columns_path(const struct columns *columns, const char *path, size_t length, size_t guess);

#endif
