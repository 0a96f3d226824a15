#include "run/fleet_command.h"

#include "system/exit_code.h"
#include "system/program_place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fleet_command(char **words) {
    char *path = program_place("ration-fleet");
    if (path != NULL) {
        (void)execv(path, words);
    }
    int error = errno;
    free(path);
    if (error == ENOENT) {
        (void)fprintf(
            stderr,
            "ration: fleet: ration-fleet is neither beside ration, nor in ../libexec/ration from there, "
            "nor in %s: this ration was built without libpq; install it (Debian: libpq-dev), and build "
            "and install ration again\n",
            RATION_LIBEXECDIR);
    } else {
        (void)fprintf(stderr, "ration: fleet: cannot start ration-fleet: %s\n", strerror(error));
    }
    return EXIT_CODE_CANNOT;
}
