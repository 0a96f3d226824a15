// The options of a fleet, and those that do not go with it.
#include "member/member.h"

#include "member/member_password.h"
#include "ration/limits.h"
#include "ration/link_frame.h"
#include "ration/log.h"

#include <string.h>

// What is counted by one machine alone would have to be the fleet's.
static const char *unfit(const struct options *options) {
    const struct {
        bool given;
        const char *name;
    } each[] = {
        {options->batch, "--batch"},
        {options->sample, "--sample"},
        {options->identical == OPTIONS_IDENTICAL_ONCE, "--identical once"},
        {options->redo_changed, "--redo-changed"},
        {options->in_doubt == OPTIONS_IN_DOUBT_SKIP, "--in-doubt skip"},
        {options->retry_errors.which != OUTCOME_AGAIN_USUAL &&
             options->retry_errors.which != OUTCOME_AGAIN_NONE,
         "--retry-errors"},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        if (each[i].given) {
            return each[i].name;
        }
    }
    return NULL;
}

static bool has_limit(const struct config_session *session) {
    for (int row = 0; row < LIMITS_ROWS; row++) {
        if (session->limits.told.of[row] > 0 &&
            limits_kind((enum limits_row)row)->window <= DIMENSION_PACED_MOST) {
            return true;
        }
    }
    return false;
}

int member_check_place(const struct options *options) {
    if (options->fleet == NULL || options->fleet_name == NULL) {
        log_fatal("fleet",
                  "--fleet and --fleet-name go together: the database, and the name of the run in it");
    } else if (member_password_in(options->fleet)) {
        log_fatal("fleet",
                  "--fleet: a password would stand in the list of processes; leave it out, and keep it "
                  "in the file that PGPASSFILE names, or in ~/.pgpass");
    } else if (options->fleet_name[0] == '\0' || strlen(options->fleet_name) >= LINK_NAME_MOST) {
        log_fatal("fleet", "--fleet-name takes 1 to %u bytes; give a shorter one", LINK_NAME_MOST - 1);
    } else if (strlen(options->fleet) >= LINK_PLACE_MOST) {
        log_fatal("fleet", "--fleet is longer than %u bytes; a service (service=NAME) has room for more",
                  LINK_PLACE_MOST - 1);
    } else {
        return 0;
    }
    return -1;
}

int member_check(const struct options *options, const struct config *config) {
    if (options->fleet == NULL && options->fleet_name == NULL) {
        if (options->fleet_keep == OPTIONS_FLEET_KEEP_LOCAL) {
            log_fatal("fleet",
                      "--fleet-keep local is for --fleet: without one the output is kept here anyway");
            return -1;
        }
        return 0;
    }
    const char *other = unfit(options);
    if (member_check_place(options) != 0) {
        return -1;
    }
    if (other != NULL) {
        log_fatal("fleet", "%s is counted by one machine, and cannot go with --fleet; leave it out", other);
    } else {
        for (uint32_t i = 0; i < config->sessions.count; i++) {
            if (!has_limit(&config->sessions.one[i])) {
                log_fatal("fleet",
                          "session %s: a fleet shares limits that are told; give it --requests-per-minute "
                          "or --tokens-per-minute, --tier, or limits in --sessions",
                          config->sessions.one[i].name);
                return -1;
            }
        }
        return 0;
    }
    return -1;
}
