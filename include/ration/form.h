// A request's body as JSON with places for columns: "{{column}}" inside a string is filled with the column's
// text, escaped as JSON needs it; a string that is only "{{json:column}}" is replaced by the column's value.
// {{{{ is {{. Pure.
#ifndef RATION_FORM_H
#define RATION_FORM_H

#include "ration/record_reader.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>

struct form;

// What is wrong with it, and where: bytes from its beginning.
struct form_problem {
    size_t at;
    char text[256]; // "" : out of memory
};

// `json` must be valid, and outlive the form. NULL with *problem.
struct form *form_new(const char *json, struct form_problem *problem);
void form_free(struct form *form);

// Whether all of its columns are among these, by name or but for its case. 0, or -1 with *problem.
int form_check(const struct form *form, size_t columns, const char *const *names,
               struct form_problem *problem);

// Whether it names the column.
bool form_names(const struct form *form, const char *column);

// The names of its columns, each once, in no order; "" between them. NULL behind the last.
const char *form_column(const struct form *form, size_t i);

// Whether a record may have no JSON where it needs some.
bool form_has_json(const struct form *form);

// Adds the body for a record to `out`, which is marked on failure of memory. A column that the record lacks
// is empty; as JSON it is null. 0, or -1 with what is wrong with the record in *problem, whose `at` is 0.
int form_fill(const struct form *form, const struct record *record, struct text *out,
              struct form_problem *problem);

// Adds `text` to a form's string, so that it stands there as it is: without its quotes.
void form_add_literal(struct text *out, const char *text, size_t length);

#endif
