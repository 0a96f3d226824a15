// How the line of a record begins: whose it is, and the columns that are kept beside its answer.
#ifndef RATION_ROW_HEAD_H
#define RATION_ROW_HEAD_H

#include "ration/record_reader.h"
#include "ration/result_format.h"
#include "ration/settings.h"
#include "ration/text.h"

// The format of a run's lines, to be freed. NULL with errno: ENOMEM, or EINVAL as result_format_keyed() says.
struct result_format *row_head_format(const struct settings *settings);

// That format as --output-format calls it.
const char *row_head_format_name(const struct settings *settings);

// For result_line_add(). `request`: the body that is sent for it, which some formats have; NULL: it is not
// known. On failure of memory the text is marked as failed.
void row_head_make(struct text *head, const struct result_format *format, const struct settings *settings,
                   const struct record *record, const struct text *request);

#endif
