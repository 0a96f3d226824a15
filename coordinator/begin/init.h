// `ration init`: a file of options for a provider, and a prompt, to begin with. What stands there already
// stays as it is.
#ifndef RATION_INIT_H
#define RATION_INIT_H

// words[0] is "init". Returns the exit status.
int init(int count, char **words);

#endif
