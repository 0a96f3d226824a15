// A batch of lines that stand in a machine's output: where, and what they are.
#ifndef RATION_FLEET_PLACE_H
#define RATION_FLEET_PLACE_H

#include "ration/digest.h"
#include "ration/text.h"

#include <stdint.h>

// As the database has it, as texts: who handed it in, from where to where, its pieces ("": all of that), its
// digest.
struct fleet_place {
    const char *member, *from, *to, *pieces, *sum;
    uint64_t lines;
};

// Its lines, each with its end, in the place of what `out` held. 0; ESTALE: what stands there is not what was
// handed in, or the file is shorter; or another errno.
int fleet_place_read(int fd, const struct fleet_place *place, struct digest *digest, struct text *out);
// Where it begins in the file.
uint64_t fleet_place_begin(const struct fleet_place *place);

#endif
