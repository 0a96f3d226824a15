// The first pass of an export: what there is. Records and lines are joined by their ids, and columns noted.
#ifndef RATION_EXPORT_LOOK_H
#define RATION_EXPORT_LOOK_H

#include "export/export_pass.h"

// 0, or -1 after telling or after a signal.
int export_look(struct export_pass *pass);

#endif
