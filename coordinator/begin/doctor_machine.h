// What `ration doctor` says of the machine: facts come in, lines go out. Pure but for doctor_machine_look().
#ifndef RATION_DOCTOR_MACHINE_H
#define RATION_DOCTOR_MACHINE_H

#include "begin/doctor_report.h"
#include "view/terminal.h"

#include <stdbool.h>
#include <stdint.h>

#define DOCTOR_MACHINE_NO_LIMIT UINT64_MAX

struct doctor_machine {
    // Where the output will be.
    const char *folder;
    bool folder_writable;
    uint64_t disk_free;   // bytes, for this user
    uint64_t disk_needed; // about; 0: not known
    // Shared memory: what a run needs of it, and why it cannot be had; 0: it can.
    uint64_t shared_needed;
    int shared_error;
    // Limits of the process; DOCTOR_MACHINE_NO_LIMIT.
    uint64_t descriptors; // the hard one: ration raises the other itself
    uint64_t file_size, address_space, processor_seconds;
    uint64_t in_flight;        // requests at once of one worker that are wanted; 0: as many as there may be
    uint64_t memory_available; // bytes; 0: not known
    struct terminal terminal;
};

// Fills all but `in_flight` and `disk_needed`. `output`: its path, or NULL.
void doctor_machine_look(const char *output, uint64_t shared_needed, struct doctor_machine *machine);

void doctor_machine_tell(const struct doctor_machine *machine, struct doctor_report *report);

#endif
