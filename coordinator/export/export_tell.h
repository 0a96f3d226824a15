// What the command says, on standard error.
#ifndef RATION_EXPORT_TELL_H
#define RATION_EXPORT_TELL_H

// The command that speaks: "export", if nothing else was said. Kept, not copied.
void export_tell_as(const char *command);
// "ration: export: …" and a line's end; what steers a terminal is taken out.
void export_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
