// `ration status`: the state of a run, once. Reads the arena and /proc alone, so that it works when the
// coordinator hangs.
#ifndef RATION_STATUS_H
#define RATION_STATUS_H

// For people, as one line of JSON, or in the text format of Prometheus.
enum status_form { STATUS_TEXT, STATUS_JSON, STATUS_METRICS, STATUS_LIST };

// `run_name` as in run_list.h, or NULL. Prints to stdout; returns the exit status, a client_exit.
int status(const char *run_name, enum status_form form);

#endif
