// What the commands say, on standard error.
#ifndef RATION_FLEET_TELL_H
#define RATION_FLEET_TELL_H

// "ration: fleet: …" and a line's end; lines become one, and what steers a terminal is taken out.
void fleet_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
