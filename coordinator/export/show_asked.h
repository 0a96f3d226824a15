// `ration show OUTPUT ID --request`: what would be sent for that row, by the command line that the run's
// record keeps. Nothing is sent, and no key is needed.
#ifndef RATION_SHOW_ASKED_H
#define RATION_SHOW_ASKED_H

#include "export/show_options.h"

// An exit status, after telling.
int show_asked(const struct show_options *options);

#endif
