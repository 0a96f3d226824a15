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
#include "crew/in_doubt.h"
#include "input/input_index.h"
#include "output/resume.h"
#include "ration/ledger_budget.h"
#include "ration/record_reader.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MEMBER_ID_SIZE 37
#define MEMBER_HOST_SIZE 65

struct member;

// 0, or -1 after telling: the options of a fleet, and those that do not go with them, before the input.
int member_check(const struct options *options, const struct config *config);

// Of these only where the database is, and what the run is called. 0, or -1 after telling.
int member_check_place(const struct options *options);

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
    uint64_t day, day_low;             // requests of a day, and of these by low priority; 0: no limit
};
struct member *member_open(const struct member_open *open, bool *wrong);
// What the whole fleet may spend of that: the configuration's amount, or that of the run where it has none.
// 0: nothing bounds it.
uint64_t member_amount(const struct member *member, enum ledger_budget kind);

// The crew has its arena and its output now: nothing is ordered but what is leased, nothing is booked but
// what is granted. `stale`: what was in flight when this machine died; it is forgotten under this name once
// the fleet knows of it. 0, or -1 after telling.
int member_begin(struct member *member, struct crew *crew, const struct result_format *format,
                 const char *arena_name, const struct in_doubt_stale *stale);

// The loop's epoll, where its socket is watched under `tag`.
void member_watch(struct member *member, int epoll, uint32_t tag);
// Each round. false: told, the run cannot go on.
bool member_step(struct member *member, uint64_t now);
// The workers have gone: there is still something to hand in, or to tell.
bool member_goes_on(struct member *member, uint64_t now);
// After waitpid(2). true: it was the member's own process.
bool member_reaped(void *member, pid_t pid, int wait_status);
// The run has ended, and its arena is about to go: where nothing in it is in doubt, the next start must know.
void member_ended(struct member *member);
void member_close(struct member *member);

// What whoever steers the fleet wishes.
enum member_wish { MEMBER_RUN, MEMBER_PAUSE, MEMBER_STOP };

// The fleet's daily quota, when this machine began.
struct member_day {
    uint64_t used, age, rest; // nanoseconds; rest: until the next day, where this one is used up, else 0
};
// NULL: there is no fleet, or no such quota.
const struct member_day *member_day(const struct member *member);
// Its end has come by this machine's clock; `heard`: by what answers tell, or because somebody asked.
void member_day_over(struct member *member, bool heard);
// It is used up until then, monotonic; 0: it is not.
void member_day_rests(struct member *member, uint64_t until);
// true: a new day has begun since it was asked last.
bool member_day_renewed(struct member *member);

// What people are told of the fleet: of no member, all 0.
void member_look(const struct member *member, struct snapshot_fleet *out);

// The whole fleet is told to stop: who goes on stops again, until somebody resumes it.
bool member_stopped(const struct member *member);
// How many workers the fleet wants on each machine, 1..; 0: nothing new is wanted since it was asked last.
uint32_t member_workers(struct member *member);

#endif
