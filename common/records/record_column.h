// A column of a record by the name that a prompt or a form calls it. Pure.
#ifndef RATION_RECORD_COLUMN_H
#define RATION_RECORD_COLUMN_H

#include "ration/record_reader.h"

// The column of exactly that name; else what artists call their id, name and data; else the column of that
// name but for its case; else an empty text. *kind is RECORD_NULL where there is none. "json:" before the
// name says nothing here.
struct record_field record_column_find(const struct record *record, const char *name, size_t length,
                                       enum record_kind *kind);

// Whether that name is one of the columns' in that sense.
bool record_column_known(const char *name, size_t length, size_t columns, const char *const *names);

// Leaves out "json:", and says whether it was there.
bool record_column_json(const char **name, size_t *length);

#endif
