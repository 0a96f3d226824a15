#include "view/figures_fleet.h"

#include "ration/clock.h"

#include <stdio.h>

#define NO_METRIC NULL, NULL, NULL
#define NO_LABEL NULL, NULL
#define ROWS(table) .row = (table), .rows = sizeof(table) / sizeof((table)[0])

// ---- all of it ----
#define AT(path) .word = FIGURES_WORD(struct snapshot_fleet, path)

#define MACHINES \
    "gauge", "machines", "Machines of the fleet, by state; dead ones were given up and are not settled."
#define ARTISTS "gauge", "artists", "Artists of all machines of the fleet, by what came of them."

static const struct figures_row rows[] = {
    {"ration_fleet_machines", "state", "live", "fleet.machines_live", MACHINES, AT(live)},
    {"ration_fleet_machines", "state", "silent", "fleet.machines_silent", MACHINES, AT(silent)},
    {"ration_fleet_machines", "state", "dead", "fleet.machines_dead", MACHINES, AT(dead)},
    {"ration_fleet_artists", "state", "done", "fleet.done", ARTISTS, AT(done)},
    {"ration_fleet_artists", "state", "failed", "fleet.failed", ARTISTS, AT(failed)},
    {NO_METRIC, "fleet.others", "gauge", "artists", "Artists with a verdict that other machines have.",
     AT(others)},
    {"ration_fleet_rate", NO_LABEL, "fleet.artists_per_second", "gauge", "artists",
     "Artists a second of all machines that are live.", AT(rate), .per = 1000},
    {"ration_fleet_database_away_seconds", NO_LABEL, "fleet.database_away_seconds", "gauge", "seconds",
     "For how long the fleet's database has not answered; 0: it answers.", AT(away),
     .per = (double)CLOCK_SECOND},
    {"ration_fleet_tick_seconds", NO_LABEL, "fleet.tick_seconds", "gauge", "seconds",
     "How long the last tick took.", AT(tick), .per = 1000},
    {"ration_fleet_leased", NO_LABEL, "fleet.leased", "gauge", "artists",
     "Artists that are leased to this machine and have no verdict yet.", AT(leased)},
    {"ration_fleet_unshipped_bytes", NO_LABEL, "fleet.unshipped_bytes", "gauge", "bytes",
     "What this machine has recorded and not handed in.", AT(unshipped)},
    {"ration_fleet_lines_total", NO_LABEL, "fleet.lines", "counter", "lines",
     "Lines that this machine has handed in.", AT(handed_in)},
    {"ration_fleet_late_total", NO_LABEL, "fleet.late", "counter", "lines",
     "Lines of this machine that another one had before: paid twice.", AT(late)},
    {"ration_fleet_chunks_open", NO_LABEL, "fleet.chunks_open", "gauge", "chunks",
     "Chunks of the fleet with artists without a verdict.", AT(open)},
    {NO_METRIC, "fleet.chunks", "gauge", "chunks", "Chunks of the fleet.", AT(chunks)},
    {"ration_fleet_buried_total", NO_LABEL, "fleet.buried", "counter", "times",
     "How often the others gave this machine up.", AT(buried)},
    {"ration_fleet_link_restarts_total", NO_LABEL, "fleet.link_restarts", "counter", "times",
     "Deaths of ration-link.", AT(link_restarts)},
};

static const void *base(const struct run_status *status, uint32_t item) {
    (void)item;
    return &status->now.gossip.fleet;
}

static uint32_t count(const struct run_status *status) {
    return status->now.gossip.fleet.run[0] != '\0';
}

static bool name(const struct run_status *status, uint32_t item, char out[FIGURES_LABELS][FIGURES_NAME]) {
    (void)item;
    (void)snprintf(out[0], FIGURES_NAME, "%.63s", status->now.gossip.fleet.run);
    return true;
}

const struct figures_list figures_fleet = {{"fleet"}, count, name, base, ROWS(rows)};

// ---- each machine ----
#define OF(path) .word = FIGURES_WORD(struct snapshot_machine, path)

static const struct figures_row machines[] = {
    {"ration_fleet_machine_rate", NO_LABEL, "artists_per_second", "gauge", "artists",
     "Artists a second of a machine, as it told last.", OF(rate), .per = 1000},
    {"ration_fleet_machine_share_ratio", NO_LABEL, NULL, "gauge", "share",
     "Share of the account's limit that a machine takes, of the one that it uses most.", OF(share),
     .per = SNAPSHOT_WHOLE},
    {NO_METRIC, "share_percent", "gauge", "percent", "Likewise in percent.", OF(share),
     .per = SNAPSHOT_WHOLE / 100.0},
    {"ration_fleet_machine_in_flight", NO_LABEL, "in_flight", "gauge", "requests",
     "Requests of a machine on the wire, as it told last.", OF(in_flight)},
    {"ration_fleet_machine_waiting", NO_LABEL, "waiting", "gauge", "artists",
     "Artists that a machine has to do, as it told last.", OF(waiting)},
    {"ration_fleet_machine_done", NO_LABEL, "done", "gauge", "artists",
     "Artists that a machine has answers of, as it told last.", OF(done)},
    {"ration_fleet_machine_failed", NO_LABEL, "failed", "gauge", "artists",
     "Artists that failed on a machine, as it told last.", OF(failed)},
    {"ration_fleet_machine_workers", NO_LABEL, "workers", "gauge", "workers",
     "Workers of a machine, as it told last.", OF(workers)},
    {"ration_fleet_machine_silent_seconds", NO_LABEL, "silent_seconds", "gauge", "seconds",
     "Time since the database heard a machine.", OF(silent), .per = 1000},
};

static uint32_t count_machines(const struct run_status *status) {
    return (uint32_t)status->now.gossip.fleet.machines;
}

static bool name_machine(const struct run_status *status, uint32_t item,
                         char out[FIGURES_LABELS][FIGURES_NAME]) {
    const struct snapshot_machine *machine = &status->now.gossip.fleet.machine[item];
    (void)snprintf(out[0], FIGURES_NAME, "%.63s", status->now.gossip.fleet.run);
    (void)snprintf(out[1], FIGURES_NAME, "%s", machine->host);
    (void)snprintf(out[2], FIGURES_NAME, "%s", machine->id);
    return true;
}

static const void *machine_base(const struct run_status *status, uint32_t item) {
    return &status->now.gossip.fleet.machine[item];
}

const struct figures_list figures_fleet_machines = {
    {"fleet", "host", "member"}, count_machines, name_machine, machine_base, ROWS(machines)};
