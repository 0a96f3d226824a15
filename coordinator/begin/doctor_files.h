// What `ration doctor` says of the files that a run writes, and of where it listens: what a run would refuse.
// Makes and changes nothing, but that it listens for a moment.
#ifndef RATION_DOCTOR_FILES_H
#define RATION_DOCTOR_FILES_H

#include "begin/doctor_report.h"
#include "config/config.h"
#include "input/id_table.h"
#include "input/input_index.h"

#include <stdbool.h>

// `named`: --output is given. `ids` of the input are NULL where it was not read: then nothing is said of the
// lines in an output. False: nothing can be said of the output's folder.
bool doctor_files_look(const struct options *options, bool named, const struct config *config,
                       const struct input_index *index, struct id_table *ids, struct doctor_report *report);

#endif
