// One JSON object a line. Values of lines keep their JSON; those of the input are texts; what a row does not
// have is left out.
#ifndef RATION_EXPORT_JSONL_H
#define RATION_EXPORT_JSONL_H

#include "export/export_writer.h"

extern const struct export_writer export_jsonl_writer;

#endif
