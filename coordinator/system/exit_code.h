// How `ration` ends, for shells and service managers. The table is in docs/CONFIGURATION.md.
#ifndef RATION_EXIT_CODE_H
#define RATION_EXIT_CODE_H

enum exit_code {
    EXIT_CODE_ALL_DONE = 0,
    EXIT_CODE_SOME_FAILED = 1,
    EXIT_CODE_WRONG = 2,   // options, configuration or input; nothing was sent
    EXIT_CODE_STOPPED = 3, // resumable
    EXIT_CODE_CANNOT = 4,  // resumable
};

#endif
