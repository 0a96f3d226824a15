/* The HTTP server and its loop: one thread, one epoll. */
#ifndef SIMAPI_SERVER_H
#define SIMAPI_SERVER_H

#include "sim_state.h"

#include <signal.h>

struct MHD_Daemon;

struct server {
    struct MHD_Daemon *daemon;
    char *tls_cert, *tls_key;
    uint16_t port;
};

/* Listens on 127.0.0.1. Ends the program if it cannot. */
void sim_server_start(struct server *server, struct simulator *s);
/* Turns until *stop is set. */
void sim_server_run(struct server *server, struct simulator *s, const volatile sig_atomic_t *stop);
/* Ends every connection; what was unanswered gets its line in the audit. */
void sim_server_stop(struct server *server, struct simulator *s);

#endif
