// A table as RFC 4180 has it: CRLF, quotes where they are needed, UTF-8 without a mark. Texts stand as they
// are: one that begins with = is a formula to a spreadsheet that opens the file.
#ifndef RATION_EXPORT_CSV_H
#define RATION_EXPORT_CSV_H

#include "export/export_writer.h"

extern const struct export_writer export_csv_writer;

#endif
