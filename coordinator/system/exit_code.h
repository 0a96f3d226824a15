// How `ration` ends, for shells and service managers, and what to do then. --help and `ration explain` print
// it; scripts/check-documents compares the documents with it.
#ifndef RATION_EXIT_CODE_H
#define RATION_EXIT_CODE_H

enum exit_code {
    EXIT_CODE_ALL_DONE = 0,
    EXIT_CODE_SOME_FAILED = 1,
    EXIT_CODE_WRONG = 2,   // options, configuration or input; nothing was sent
    EXIT_CODE_STOPPED = 3, // resumable
    EXIT_CODE_CANNOT = 4,  // resumable
};

// Of `ration run`. NULL: there is no such code.
const char *exit_code_means(int code);
const char *exit_code_advice(int code);

#endif
