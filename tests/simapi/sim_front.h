/* A proxy in front of the API, or a server that tells nothing: places, one wait, and pages. */
#ifndef SIMAPI_FRONT_H
#define SIMAPI_FRONT_H

#include "sim_state.h"

/* Takes a place for x; false when there is none, which refused it. */
bool sim_front_enter(struct simulator *s, struct exchange *x);
/* Its place is free again, if it had one; may be called again. */
void sim_front_leave(struct simulator *s, struct exchange *x);
/* x was refused for a limit: its wait and its body are those of the proxy. */
void sim_front_refuse(const struct simulator *s, struct exchange *x);

#endif
