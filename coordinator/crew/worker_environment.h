// What a worker gets of the environment. Pure.
#ifndef RATION_WORKER_ENVIRONMENT_H
#define RATION_WORKER_ENVIRONMENT_H

// The variables that a worker or its libraries have a use for: where programs, certificates, proxies,
// languages and time zones are. All others may be secrets, and stay out, also those that make libraries write
// secrets down, such as SSLKEYLOGFILE. With LD_PRELOAD somebody examines the program with a library whose
// variables are not known: then all pass that do not look like secrets. A malloc'ed vector of pointers into
// `environment`, or NULL: no memory.
char **worker_environment_make(char *const *environment);

#endif
