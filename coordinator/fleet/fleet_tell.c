#include "fleet/fleet_tell.h"

#include "ration/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void fleet_tell(const char *format, ...) {
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n') {
        text[--length] = '\0';
    }
    for (char *end = text; (end = strchr(end, '\n')) != NULL;) {
        *end = ' ';
    }
    utf8_defuse(text);
    (void)fprintf(stderr, "ration: fleet: %s\n", text);
}
