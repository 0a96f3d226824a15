// This machine as a member of a fleet: many machines that share one input, one account and one batch, over a
// database. Leases of artists become ranges that the crew may order, grants become units that the ledger may
// book, lines of the output are handed in. Nothing of it waits: the loop calls member_step() each round.
//
// The database away: what is leased and granted is used up, lines stay in the output, and all goes on when it
// is back. Everything that is asked of it may be asked again.
#ifndef RATION_MEMBER_H
#define RATION_MEMBER_H

#include "config/config.h"
#include "config/options.h"
#include "crew/crew.h"
#include "input/input_index.h"
#include "output/resume.h"
#include "ration/record_reader.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MEMBER_ID_SIZE 37
#define MEMBER_HOST_SIZE 65
#define MEMBER_FLEET_MOST 32 // machines that are shown one by one

struct member;

// 0, or -1 after telling: the options of a fleet, and those that do not go with them, before the input.
int member_check(const struct options *options, const struct config *config);

// Finds or makes the run in the database, and compares input and options with it. Waits, for a signal or the
// database, no longer than half a minute. NULL after telling. *wrong: what was asked for cannot be.
struct member_open {
    const struct options *options;
    const struct config *config;
    const struct input_index *index;
    const char *input_name;
    int input_fd;
    const char *output_name;
    const struct resume_lines *before; // [OUTPUT_FILES], which it takes over
};
struct member *member_open(const struct member_open *open, bool *wrong);

// The crew has its arena and its output now: nothing is ordered but what is leased, nothing is booked but
// what is granted. 0, or -1 after telling.
int member_begin(struct member *member, struct crew *crew, const struct result_format *format);

// The loop's epoll, where its socket is watched under `tag`.
void member_watch(struct member *member, int epoll, uint32_t tag);
// Each round. false: told, the run cannot go on.
bool member_step(struct member *member, uint64_t now);
// The workers have gone: there is still something to hand in, or to tell.
bool member_goes_on(struct member *member, uint64_t now);
// After waitpid(2). true: it was the member's own process.
bool member_reaped(void *member, pid_t pid, int wait_status);
void member_close(struct member *member);

// What people are told of the fleet. Times are monotonic.
enum member_wish { MEMBER_RUN, MEMBER_PAUSE, MEMBER_STOP };
struct member_machine {
    char host[MEMBER_HOST_SIZE];
    char id[MEMBER_ID_SIZE];
    char state[8]; // live, dead, left
    bool self;
    double silent; // seconds since it was heard
    uint64_t done, failed, in_flight, waiting, workers;
    double rate; // artists a second
};
struct member_look {
    bool there; // it is a member of a fleet
    char run[64];
    char id[MEMBER_ID_SIZE];
    const char *phase;    // in words
    uint64_t away;        // nanoseconds for which the database has not answered; 0: it answers
    uint64_t leased;      // artists that this machine has and has not recorded
    uint64_t unshipped;   // bytes of its files that are not handed in
    uint64_t handed_in;   // lines
    uint64_t late;        // lines that somebody else had before: paid twice
    uint64_t open_chunks; // as last heard
    uint64_t tick_ms;     // how long the last tick took
    uint64_t link_restarts;
    uint64_t buried;     // how often this machine was
    uint32_t live, dead; // machines
    double rate;         // of this machine: artists a second
    uint32_t machines;
    struct member_machine machine[MEMBER_FLEET_MOST];
};
// NULL: it is no member. Valid until the next member_step().
const struct member_look *member_look(const struct member *member);

#endif
