// Which rate explains a round: what was accepted from its beginning until it was refused. Pure. Private to
// common/.
#ifndef RATION_SILENT_SOLVE_H
#define RATION_SILENT_SOLVE_H

// Times are seconds, rates a second.
struct silent_round {
    double accepted;
    double rest;    // from the moment before it at which the bucket was empty, to its beginning; < 0: none
    double even;    // so long the pace stayed as it was,
    double growing; // and so long it grew
    double first;   // the pace before it grew
    double last;    // and when it was refused
    double burst;   // what the bucket may hold,
    double ramp;    // as it was counted at a beginning that grew e times in so many seconds; 0: otherwise
};

// What was accepted of a beginning that grew e times in each `ramp` is the burst, and what was refilled: as
// much as was taken before the pace had grown to the rate, and from then on by the rate. The burst alone.
double silent_solve_burst(double burst, double ramp, double rate);

// Between 0 and `last`.
double silent_solve(const struct silent_round *round);

#endif
