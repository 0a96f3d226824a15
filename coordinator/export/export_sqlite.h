// A SQLite database of three tables and a view: rows (of the input), answers, errors, and results, which
// joins them by row_number. Numbers are numbers, true and false 1 and 0, arrays and objects JSON texts for
// SQLite's functions.
#ifndef RATION_EXPORT_SQLITE_H
#define RATION_EXPORT_SQLITE_H

#include "export/export_writer.h"

extern const struct export_writer export_sqlite_writer;

#endif
