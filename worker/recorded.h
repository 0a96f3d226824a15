// What happens when an artist's line has been written: the recorder's callbacks.
#ifndef RATION_RECORDED_H
#define RATION_RECORDED_H

#include "worker.h"

// `context` is the worker. The line and the verdict stand: the booking is settled, and the artist let go.
void recorded_line(void *context, struct artist *artist, enum output_file file);

// Likewise when the line could not become part of its file, see recorder.h. The artist has no verdict, and
// this run will ask nobody any more. Its answer was paid for.
void recorded_elsewhere(void *context, struct artist *artist, enum output_file file);

#endif
