/* Hands a decided answer to the HTTP library, whole or spoiled. */
#ifndef SIMAPI_DELIVER_H
#define SIMAPI_DELIVER_H

#include "sim_state.h"

#include <microhttpd.h>

/* Called for an exchange whose time has come; MHD_NO closes the connection. May suspend it again. */
enum MHD_Result sim_deliver(struct exchange *x, uint64_t now_ns);
/* Suspends the connection of x until then. */
void sim_deliver_later(struct exchange *x, uint64_t due_ns);

#endif
