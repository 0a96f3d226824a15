#include "run/fleet_command.h"

#include "system/exit_code.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Beside this program, in ../libexec/ration from there, or where it was to be installed.
static void become(char **words) {
    static const char *const beside[] = {"", "/../libexec/ration"};
    char self[PATH_MAX], *path = NULL;
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[n > 0 ? n : 0] = '\0';
    const char *slash = strrchr(self, '/');
    int length = slash != NULL ? (int)(slash - self) : 0;
    for (size_t i = 0; i < 3; i++) {
        int made = i < 2 ? asprintf(&path, "%.*s%s/ration-fleet", length, self, beside[i])
                         : asprintf(&path, "%s/ration-fleet", RATION_LIBEXECDIR);
        if (made >= 0) {
            (void)execv(path, words);
            free(path);
        }
    }
}

int fleet_command(char **words) {
    become(words);
    int error = errno;
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
