/* A line of the keys file. Pure. */
#ifndef SIMAPI_KEYS_LINE_H
#define SIMAPI_KEYS_LINE_H

#include "sim_limits.h"

/*
 * Reads "KEY requests_per_minute tokens_per_minute burst [requests_per_day] [name N]..." into l, which holds
 * what the line leaves out; cuts the line behind KEY. NULL, or what is wrong with it.
 */
const char *sim_keys_line_read(char *line, struct limits *l);

#endif
