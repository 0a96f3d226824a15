// `ration cancel` where no run is at work: the last run's command again, for nothing but to cancel its parts.
#ifndef RATION_CANCEL_H
#define RATION_CANCEL_H

// `name`: an output, or a run id; `more`: options of a run that are added, the last is NULL. Returns the exit
// status: 0 when nothing is with the API any more, else that of the run, or a client_exit.
int cancel_parts(const char *name, char *const *more);

#endif
