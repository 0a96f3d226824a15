// `ration status` and `ration ps`: the state of a run, once. Reads the arena and /proc alone, so that it
// works when the coordinator hangs.
#ifndef RATION_STATUS_H
#define RATION_STATUS_H

enum status_form {
    STATUS_TEXT,    // for people
    STATUS_WORKERS, // likewise, each worker; of a run that is over nothing
    STATUS_JSON,    // one line
    STATUS_METRICS, // the text format of Prometheus
    STATUS_LIST,    // all runs
};

// `run_name` as in run_list.h, or NULL. Prints to stdout; returns the exit status, a client_exit.
int status(const char *run_name, enum status_form form);

#endif
