// Lines that are a list, see result_format_cookbook(). Pure.
#ifndef RATION_RESULT_LIST_H
#define RATION_RESULT_LIST_H

#include "ration/result_line.h"
#include "ration/text.h"

#include <cjson/cJSON.h>

// The head of a record's line: its request (NULL: null), and of its metadata all before the fields.
// `metadata`: an object as JSON; empty: there is none.
void result_list_head(struct text *head, const struct text *request, struct result_text metadata,
                      struct result_text id);

// Adds all of a line before its fields, of such a head.
void result_list_begin(struct text *out, enum result_kind kind, const struct text *head,
                       const struct result_line *line);

// The object of a line that has the keys, or NULL.
const cJSON *result_list_object(const cJSON *tree);

// The response in an answer's line, which was parsed as `tree`: as it stands there. It lives as long as the
// tree. False: out of memory, or there is none.
bool result_list_body(const char *text, size_t size, cJSON *tree, struct result_text *body);

#endif
