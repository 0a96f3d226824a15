// The descriptors a worker inherits, by number. Nothing else is open in it when main() begins.
#ifndef RATION_DESCRIPTOR_H
#define RATION_DESCRIPTOR_H

enum descriptor {
    DESCRIPTOR_SETTINGS = 3, // anonymous file, JSON of struct settings
    DESCRIPTOR_KEY,          // pipe: the API key, then EOF
    DESCRIPTOR_ARENA,
    DESCRIPTOR_INPUT,
    DESCRIPTOR_OUTPUT, // also carries the run's lock (flock(2) belongs to the open file)
    DESCRIPTOR_ERRORS,
    DESCRIPTOR_BELL,     // eventfd: the coordinator has changed this slot's orders
    DESCRIPTOR_DOORBELL, // eventfd: a worker wants the coordinator's attention
    DESCRIPTOR_LIFE,     // pipe: EOF when the coordinator is dead
    DESCRIPTOR_LOG,      // log file, or /dev/null
    DESCRIPTOR_LOG_FEED, // socket: the log file when it was opened again, by SCM_RIGHTS; or /dev/null
    DESCRIPTOR_PRICES,   // anonymous file: struct price_book
    DESCRIPTOR_RESCUE,   // file: answers that cannot be appended any more; or /dev/null
    DESCRIPTOR_END
};

// Exit codes of ration-worker, for the coordinator's restart policy.
enum descriptor_exit {
    WORKER_EXIT_OK = 0,
    WORKER_EXIT_FATAL = 64,  // environment: told in the log
    WORKER_EXIT_INPUT = 65,  // the input is no longer what was checked
    WORKER_EXIT_MEMORY = 66, // out of memory
    WORKER_EXIT_PARTED = 67, // all is with a batch API, and the run was to end then
};

#endif
