#include "run/fleet_command.h"

#include "system/exit_code.h"
#include "system/program_place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fleet_command(char **words) {
    char problem[PROGRAM_PLACE_PROBLEM];
    char *path = program_place("ration-fleet", problem);
    if (path == NULL) {
        (void)fprintf(stderr, "ration: fleet: %s; it is built with libpq (Debian: libpq-dev)\n", problem);
        return EXIT_CODE_CANNOT;
    }
    (void)execv(path, words);
    (void)fprintf(stderr, "ration: fleet: cannot start %s: %s\n", path, strerror(errno));
    free(path);
    return EXIT_CODE_CANNOT;
}
