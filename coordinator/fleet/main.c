// The program `ration-fleet`, which `ration fleet` becomes: so that only it needs libpq, and what that brings
// along.
#include "export/export_tell.h"
#include "fleet/fleet_database.h"
#include "fleet/fleet_export.h"
#include "fleet/fleet_schema.h"
#include "fleet/fleet_status.h"
#include "fleet/fleet_steer.h"
#include "fleet/fleet_tell.h"
#include "fleet/fleet_words.h"
#include "system/descriptors.h"
#include "system/exit_code.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int obey(struct fleet_database *database, const struct fleet_words *words) {
    switch (words->command) {
    case FLEET_INIT:
        return fleet_schema_init(database);
    case FLEET_STATUS:
        return fleet_status(database, words);
    case FLEET_EXPORT:
        return fleet_export(database, words);
    case FLEET_LOST:
        return fleet_steer_lost(database, words);
    case FLEET_DROP:
        return fleet_steer_drop(database, words);
    case FLEET_WORKERS:
    case FLEET_PAUSE:
    case FLEET_RESUME:
    case FLEET_STOP:
    case FLEET_COMMANDS:
    default:
        return fleet_steer(database, words);
    }
}

// What was printed must have arrived.
static int printed(int status) {
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fleet_tell("cannot write to standard output: %s", strerror(errno));
        return status != 0 ? status : EXIT_CODE_CANNOT;
    }
    return status;
}

int main(int argc, char **argv) {
    struct fleet_words words;
    if (descriptors_fill_standard() != 0 || fleet_words_parse(argc, argv, &words) != 0) {
        return EXIT_CODE_WRONG;
    }
    if (words.help) {
        fleet_words_help();
        return printed(EXIT_CODE_ALL_DONE);
    }
    if (fleet_database_check(words.database) != 0) {
        return EXIT_CODE_WRONG;
    }
    export_tell_as("fleet export");
    struct fleet_database *database;
    int status = fleet_database_open(words.database, &database);
    status = database != NULL ? obey(database, &words) : status;
    fleet_database_close(database);
    return printed(status);
}
