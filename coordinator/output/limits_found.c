#include "output/limits_found.h"

#include "ration/clock.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP_MOST (60 * CLOCK_SECOND) // nonsense beyond
#define COUNT_MOST 1000000U

void limits_found_write(const struct snapshot *look, char out[LIMITS_FOUND_MOST]) {
    size_t length = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < look->sessions && length < LIMITS_FOUND_MOST; i++) {
        const struct silent_known *known = &look->session[i].silent;
        size_t room = LIMITS_FOUND_MOST - length;
        int more = 0;
        if (known->form == SILENT_RATE) {
            more = snprintf(out + length, room, "rate %" PRIu64 " %" PRIu64 " %s\n", known->gap, known->burst,
                            look->session_name[i]);
        } else if (known->form == SILENT_PLACES) {
            more =
                snprintf(out + length, room, "places %" PRIu64 " %s\n", known->places, look->session_name[i]);
        }
        if (more < 0 || (size_t)more >= room) { // half a line is none
            out[length] = '\0';
            return;
        }
        length += (size_t)more;
    }
}

// A number and the space behind it; NULL: there is none.
static const char *take_number(const char *at, uint64_t *out) {
    char *end;
    if (at == NULL || !isdigit((unsigned char)*at)) {
        return NULL;
    }
    *out = strtoull(at, &end, 10);
    return *end == ' ' ? end + 1 : NULL;
}

// Of one line, without its end.
static bool read_line(const char *line, size_t length, const char *session, struct silent_known *known) {
    char text[128];
    *known = (struct silent_known){0};
    if (length >= sizeof(text)) {
        return false;
    }
    memcpy(text, line, length);
    text[length] = '\0';
    const char *name = NULL;
    if (strncmp(text, "rate ", strlen("rate ")) == 0) {
        known->form = SILENT_RATE;
        name = take_number(take_number(text + strlen("rate "), &known->gap), &known->burst);
    } else if (strncmp(text, "places ", strlen("places ")) == 0) {
        known->form = SILENT_PLACES;
        name = take_number(text + strlen("places "), &known->places);
    }
    bool good = known->form == SILENT_RATE
                    ? known->gap > 0 && known->gap <= GAP_MOST && known->burst <= COUNT_MOST
                    : known->places > 0 && known->places <= COUNT_MOST;
    return name != NULL && strcmp(name, session) == 0 && good;
}

struct silent_known limits_found_of(const char *text, const char *session) {
    while (*text != '\0') {
        struct silent_known known;
        size_t length = strcspn(text, "\n");
        if (read_line(text, length, session, &known)) {
            return known;
        }
        text += length + (text[length] == '\n');
    }
    return (struct silent_known){0};
}
