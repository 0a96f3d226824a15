// `ration plan`: what a run would take, before anything is sent. Needs no key and no network.
#ifndef RATION_PLAN_H
#define RATION_PLAN_H

// The words are those of `ration run`, --output not being needed, and --json. `words[0]` is "plan". The exit
// status: 0, or 2 when options or input are wrong.
int plan(int count, char **words);

// On standard output.
void plan_help(void);

#endif
