#include "export/export_tell.h"

#include "ration/utf8.h"

#include <stdarg.h>
#include <stdio.h>

static const char *speaker = "export";

void export_tell_as(const char *command) {
    speaker = command;
}

void export_tell(const char *format, ...) {
    char text[8192];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    utf8_defuse(text);
    (void)fprintf(stderr, "ration: %s: %s\n", speaker, text);
}
