#include "fleet/fleet_schema.h"

#include "fleet/fleet_tell.h"
#include "ration/text.h"
#include "system/exit_code.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The paths are seen from the top of the repository, where make runs.
#define EMBED(name)                                               \
    __asm__(".pushsection .rodata\n"                              \
            ".globl fleet_sql_" name ", fleet_sql_" name "_end\n" \
            "fleet_sql_" name ":\n"                               \
            ".incbin \"coordinator/fleet/" name ".sql\"\n"        \
            "fleet_sql_" name "_end:\n"                           \
            ".byte 0\n"                                           \
            ".popsection\n")
EMBED("schema_1");
EMBED("schema_2");
EMBED("schema_3");
EMBED("own");
EMBED("quota");
EMBED("work");
EMBED("members");
EMBED("people");
EMBED("share");
EMBED("roles");
#define PART extern const char __attribute__((visibility("hidden")))
PART fleet_sql_schema_1[];
PART fleet_sql_schema_2[];
PART fleet_sql_schema_3[];
PART fleet_sql_own[];
PART fleet_sql_quota[];
PART fleet_sql_work[];
PART fleet_sql_members[];
PART fleet_sql_people[];
PART fleet_sql_share[];
PART fleet_sql_roles[];

// Each step leads from the version before it to its own. One that was released is never changed.
static const char *const step[] = {fleet_sql_schema_1, fleet_sql_schema_2, fleet_sql_schema_3};
#define VERSION (sizeof(step) / sizeof(step[0]))
// What calls them is told by their numbers, so that all are made anew by each version.
static const char *const functions[] = {fleet_sql_own,    fleet_sql_quota, fleet_sql_work, fleet_sql_members,
                                        fleet_sql_people, fleet_sql_share, fleet_sql_roles};

// Two that come at once go one after another; the key is ours by chance.
static const char begin[] =
    "BEGIN;"
    "SELECT pg_advisory_xact_lock(8247012117316543);"
    "CREATE SCHEMA IF NOT EXISTS ration;"
    "CREATE TABLE IF NOT EXISTS ration.migration (version int PRIMARY KEY, ration text NOT NULL,"
    " at timestamptz NOT NULL DEFAULT clock_timestamp())";

// The version that stands there; 0: none. -1 after telling.
static long version_of(struct fleet_database *database) {
    struct fleet_answer *answer =
        fleet_database_ask(database, "SELECT coalesce(max(version), 0) FROM ration.migration", 0, NULL);
    long version = answer != NULL ? strtol(fleet_answer_text(answer, 0, 0), NULL, 10) : -1;
    fleet_answer_free(answer);
    return version;
}

static int make(struct fleet_database *database, long from) {
    for (size_t i = (size_t)from; i < VERSION; i++) {
        char note[128];
        (void)snprintf(note, sizeof(note),
                       "INSERT INTO ration.migration (version, ration) VALUES (%zu, '" RATION_VERSION "')",
                       i + 1);
        if (fleet_database_do(database, step[i]) != 0 || fleet_database_do(database, note) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (fleet_database_do(database, functions[i]) != 0) {
            return -1;
        }
    }
    return fleet_database_do(database, "COMMIT");
}

// What a death of the database's machine would cost.
static void tell_settings(struct fleet_database *database) {
    struct fleet_answer *answer = fleet_database_ask(
        database,
        "SELECT current_setting('synchronous_commit'), current_setting('synchronous_standby_names'), "
        "current_setting('fsync'), current_setting('max_connections')",
        0, NULL);
    if (answer == NULL) {
        return;
    }
    const char *commit = fleet_answer_text(answer, 0, 0), *standby = fleet_answer_text(answer, 0, 1);
    if (strcmp(commit, "off") == 0 || strcmp(fleet_answer_text(answer, 0, 2), "off") == 0) {
        fleet_tell(
            "%s is off: what was acknowledged may be lost when the server dies, and is then asked again; "
            "set it to on",
            strcmp(commit, "off") == 0 ? "synchronous_commit" : "fsync");
    } else if (standby[0] == '\0') {
        fleet_tell(
            "answers survive a restart of the database; if its machine is replaced by a standby, the last "
            "moments may be asked again, unless synchronous_standby_names is set");
    } else {
        fleet_tell("answers survive the death of the database's machine (synchronous_standby_names: %s)",
                   standby);
    }
    fleet_tell("max_connections is %s; each machine takes two", fleet_answer_text(answer, 0, 3));
    fleet_answer_free(answer);
}

// The whole transaction: *from is then what stood there. 0; -1 where it is not done; a later one is left
// alone.
static int bring_up(struct fleet_database *database, long *from) {
    if (fleet_database_do(database, begin) != 0) {
        return -1;
    }
    *from = version_of(database);
    return *from > (long)VERSION ? 0 : *from < 0 ? -1 : make(database, *from);
}

int fleet_schema_init(struct fleet_database *database) {
    long from;
    int status;
    do {
        from = -1;
        status = bring_up(database, &from);
    } while (status != 0 && fleet_database_again(database));
    if (status != 0) {
        return fleet_database_exit(database, EXIT_CODE_CANNOT);
    }
    if (from > (long)VERSION) {
        fleet_tell(
            "the database has version %ld of the fleet, this ration knows %zu; nothing was changed; use "
            "the newest ration",
            from, VERSION);
        return EXIT_CODE_WRONG;
    }
    if (from == (long)VERSION) {
        fleet_tell("the database is ready: version %zu, as it was", VERSION);
    } else {
        fleet_tell("the database is ready: version %zu%s", VERSION,
                   from > 0 ? ", brought up from an older one" : "");
    }
    tell_settings(database);
    return EXIT_CODE_ALL_DONE;
}
