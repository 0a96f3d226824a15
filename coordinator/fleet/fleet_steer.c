#include "fleet/fleet_steer.h"

#include "fleet/fleet_tell.h"
#include "ration/clock.h"
#include "system/exit_code.h"
#include "system/signals.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_EACH_US 200000U
#define PATIENCE (30 * CLOCK_SECOND) // a machine that lives ticks four times a second

static const char *wish_of(enum fleet_command command) {
    switch (command) {
    case FLEET_PAUSE:
        return "pause";
    case FLEET_RESUME:
        return "run";
    case FLEET_STOP:
        return "stop";
    default:
        return NULL;
    }
}

// The live machines that have not acted on it; NULL after telling.
static struct fleet_answer *waiting_for(struct fleet_database *database, const char *run,
                                        const char *number) {
    const char *const values[] = {run, number};
    return fleet_database_ask(
        database, "SELECT o_host, o_age_s::bigint, o_member FROM ration.waiting_1($1::int, $2::bigint)", 2,
        values);
}

static void tell_silent(const struct fleet_answer *silent) {
    for (size_t i = 0; i < fleet_answer_rows(silent); i++) {
        fleet_tell("%s, member %.8s, has not heard it, and is silent for %s s; it spends what it was "
                   "granted, and then stands",
                   fleet_answer_text(silent, i, 0), fleet_answer_text(silent, i, 2),
                   fleet_answer_text(silent, i, 1));
    }
}

static int wait_for_all(struct fleet_database *database, const char *run, const char *number) {
    uint64_t until = clock_now() + PATIENCE;
    for (;;) {
        struct fleet_answer *left = waiting_for(database, run, number);
        if (left == NULL) {
            return fleet_database_exit(database, EXIT_CODE_CANNOT);
        }
        bool all = fleet_answer_rows(left) == 0;
        bool over = clock_now() >= until || signals_caught();
        if (!all && over) {
            tell_silent(left);
        }
        fleet_answer_free(left);
        if (all || over) {
            return all ? EXIT_CODE_ALL_DONE : signals_caught() ? EXIT_CODE_STOPPED : EXIT_CODE_SOME_FAILED;
        }
        (void)usleep(LOOK_EACH_US);
    }
}

static unsigned long live_in(struct fleet_database *database, const char *run) {
    const char *const values[] = {run};
    struct fleet_answer *answer = fleet_database_ask(
        database, "SELECT count(*) FROM ration.fleet_1($1::int) WHERE o_state = 'live'", 1, values);
    unsigned long live = answer != NULL ? strtoul(fleet_answer_text(answer, 0, 0), NULL, 10) : 0;
    fleet_answer_free(answer);
    return live;
}

// What stands in the database, whoever comes and goes.
static void tell_lasting(const struct fleet_words *words) {
    const char *stands = words->command == FLEET_STOP    ? "stopped"
                         : words->command == FLEET_PAUSE ? "paused"
                                                         : NULL;
    if (stands != NULL) {
        fleet_tell(
            "the run stays %s, for machines that are started with --resume, too, until: ration fleet resume "
            "DATABASE%s%s",
            stands, words->name[0] != '\0' ? " --fleet-name " : "", words->name);
    }
}

int fleet_steer(struct fleet_database *database, const struct fleet_words *words) {
    char workers[16], run[16], number[24];
    (void)snprintf(workers, sizeof(workers), "%" PRIu32, words->workers);
    const char *const values[] = {words->name, wish_of(words->command),
                                  words->command == FLEET_WORKERS ? workers : NULL};
    signals_catch();
    struct fleet_answer *answer =
        fleet_database_ask(database, "SELECT o_run, o_no FROM ration.want_1($1, $2, $3::int)", 3, values);
    if (answer == NULL) {
        return fleet_database_exit(database, EXIT_CODE_CANNOT);
    }
    (void)snprintf(run, sizeof(run), "%s", fleet_answer_text(answer, 0, 0));
    (void)snprintf(number, sizeof(number), "%s", fleet_answer_text(answer, 0, 1));
    fleet_answer_free(answer);
    int status = wait_for_all(database, run, number);
    if (status == EXIT_CODE_ALL_DONE) {
        unsigned long live = live_in(database, run);
        fleet_tell(live > 0 ? "%lu of %lu machines have heard it"
                            : "no machine is at work; those that come will hear it",
                   live, live);
    }
    tell_lasting(words);
    return status;
}

int fleet_steer_drop(struct fleet_database *database, const struct fleet_words *words) {
    const char *const values[] = {words->name, words->force ? "true" : "false",
                                  words->sure ? "true" : "false"};
    struct fleet_answer *answer =
        fleet_database_ask(database, "SELECT ration.drop_2($1, $2::boolean, $3::boolean)", 3, values);
    if (answer == NULL) {
        return fleet_database_exit(database, EXIT_CODE_CANNOT);
    }
    fleet_tell("the run is gone, with %s lines; accounts and what they have spent stay",
               fleet_answer_text(answer, 0, 0));
    fleet_answer_free(answer);
    return EXIT_CODE_ALL_DONE;
}

int fleet_steer_lost(struct fleet_database *database, const struct fleet_words *words) {
    const char *const values[] = {words->name, words->machine, words->sure ? "true" : "false",
                                  words->force ? "true" : "false"};
    unsigned long long lines = 0;
    struct fleet_answer *answer =
        fleet_database_ask(database,
                           "SELECT o_member, o_host, o_output, o_lines, o_bytes, o_state "
                           "FROM ration.lost_1($1, $2, $3::boolean, $4::boolean)",
                           4, values);
    if (answer == NULL) {
        return fleet_database_exit(database, EXIT_CODE_CANNOT);
    }
    for (size_t i = 0; i < fleet_answer_rows(answer); i++) {
        fleet_tell("%s:%s, member %.8s, %s: %s lines, %s bytes", fleet_answer_text(answer, i, 1),
                   fleet_answer_text(answer, i, 2), fleet_answer_text(answer, i, 0),
                   fleet_answer_text(answer, i, 5), fleet_answer_text(answer, i, 3),
                   fleet_answer_text(answer, i, 4));
        lines += strtoull(fleet_answer_text(answer, i, 3), NULL, 10);
    }
    fleet_answer_free(answer);
    if (!words->sure) {
        fleet_tell(
            "%llu artists would be asked again, and paid for; nothing was changed: say --yes where these "
            "outputs are gone for good",
            lines);
        return EXIT_CODE_WRONG;
    }
    fleet_tell("%llu artists have no answer any more, and are asked again by the machines that are at work; "
               "where none is, start one",
               lines);
    return EXIT_CODE_ALL_DONE;
}
