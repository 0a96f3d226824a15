// The command `ration export`: what a run has answered, beside what it was asked, as CSV, JSONL, SQLite or a
// batch API's files.
#ifndef RATION_EXPORT_H
#define RATION_EXPORT_H

// words[0] is the command, NULL ends them. Returns the exit status, an exit_code.
int export_command(int count, char **words);

#endif
