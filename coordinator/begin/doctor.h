// `ration doctor`: whether all is there that a run by these options would need, a line for each thing, and
// what to do. Asks the API one free question; sends no row, and writes no file.
#ifndef RATION_DOCTOR_H
#define RATION_DOCTOR_H

// words[0] is "doctor". Prints; returns the exit status.
int doctor(int count, char **words);

#endif
