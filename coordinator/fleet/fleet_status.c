#include "fleet/fleet_status.h"

#include "fleet/fleet_limits.h"
#include "fleet/fleet_read.h"
#include "fleet/fleet_tell.h"
#include "ration/snapshot.h"
#include "system/exit_code.h"
#include "view/view_fleet.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define LONG_TRANSACTION_S 300.0 // from then on vacuum is behind with the hot rows

static void show_run(const cJSON *all) {
    char done[32], failed[32], artists[32], doubt[32];
    const cJSON *chunks = cJSON_GetObjectItemCaseSensitive(all, "chunks");
    const cJSON *in_doubt = cJSON_GetObjectItemCaseSensitive(all, "in_doubt");
    const char *wanted = fleet_read_text(all, "wanted");
    double count = fleet_read_number(all, "artists"),
           through = fleet_read_number(all, "done") + fleet_read_number(all, "failed");
    (void)printf("%s: %s%s\n", fleet_read_text(all, "run"),
                 through >= count                                     ? "done"
                 : strcmp(fleet_read_text(all, "state"), "done") == 0 ? "done"
                                                                      : "open",
                 strcmp(wanted, "pause") == 0  ? ", paused until ration fleet resume"
                 : strcmp(wanted, "stop") == 0 ? ", stopped until ration fleet resume"
                                               : "");
    (void)printf("  artists   %s: %s done, %s failed, %.1f %% through\n", fleet_read_grouped(count, artists),
                 fleet_read_grouped(fleet_read_number(all, "done"), done),
                 fleet_read_grouped(fleet_read_number(all, "failed"), failed),
                 count > 0 ? 100 * through / count : 100);
    (void)printf("  chunks    %.0f of %.0f open, %.0f held", fleet_read_number(chunks, "open"),
                 fleet_read_number(chunks, "all"), fleet_read_number(chunks, "held"));
    if (fleet_read_number(chunks, "suspect") > 0) {
        (void)printf("; %.0f that three machines died of, each is tried alone",
                     fleet_read_number(chunks, "suspect"));
    }
    (void)putchar('\n');
    if (fleet_read_number(in_doubt, "exact") + fleet_read_number(in_doubt, "at_most") > 0) {
        double exact = fleet_read_number(in_doubt, "exact"), most = fleet_read_number(in_doubt, "at_most");
        if (exact > 0) {
            (void)printf("  in doubt  %s", fleet_read_grouped(exact, doubt));
        }
        if (most > 0) {
            (void)printf("%s %s of machines that are gone",
                         exact > 0 ? ", and at most" : "  in doubt  at most",
                         fleet_read_grouped(most, doubt));
        }
        (void)puts(" may have been asked twice");
    }
}

// What a machine shares, while somebody puts it there with how far that is.
static void show_shared(const cJSON *shared) {
    const cJSON *one;
    const char *before = "  shared    ";
    cJSON_ArrayForEach(one, shared) {
        bool rows = strcmp(one->string, "input") == 0;
        double bytes = fleet_read_number(one, "bytes"), there = fleet_read_number(one, "there");
        (void)printf("%s%s", before, rows ? "the rows" : "the prompt");
        if (there < bytes) {
            (void)printf(" (%.0f %% are there)", 100 * there / bytes);
        } else if (rows) {
            (void)printf(" (%.1f MB)", bytes / 1e6);
        }
        before = ", ";
    }
    (void)fputs(cJSON_GetArraySize(shared) > 0 ? "\n" : "", stdout);
}

// Of a run whose lines stay on its machines: where they stand.
static void show_lines(const cJSON *lines) {
    const cJSON *one;
    char count[32];
    double all = 0;
    if (!cJSON_IsArray(lines)) {
        return;
    }
    cJSON_ArrayForEach(one, lines) {
        all += fleet_read_number(one, "lines");
    }
    (void)printf("  lines     %s, on the machines (--fleet-keep local)\n", fleet_read_grouped(all, count));
    cJSON_ArrayForEach(one, lines) {
        (void)printf("            %s:%s  %s as %.8s, %.1f MB\n", fleet_read_text(one, "host"),
                     fleet_read_text(one, "output"),
                     fleet_read_grouped(fleet_read_number(one, "lines"), count),
                     fleet_read_text(one, "member"), fleet_read_number(one, "bytes") / 1e6);
    }
}

static uint64_t whole(const cJSON *object, const char *name) {
    double value = fleet_read_number(object, name);
    return value > 0 && value < 1e15 ? (uint64_t)value : 0;
}

// As members read it. Of one that is gone nothing but what the fleet has of it is still true.
static struct snapshot_machine machine_of(const cJSON *one) {
    bool live = strcmp(fleet_read_text(one, "state"), "live") == 0;
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(one, "status");
    const cJSON *verdicts = live ? status : cJSON_GetObjectItemCaseSensitive(one, "committed");
    struct snapshot_machine machine = {
        .done = whole(verdicts, "done"),
        .failed = whole(verdicts, "failed"),
        .silent = (uint64_t)(fleet_read_number(one, "silent_s") * 1000),
    };
    (void)snprintf(machine.host, sizeof(machine.host), "%.39s", fleet_read_text(one, "host"));
    (void)snprintf(machine.id, sizeof(machine.id), "%.8s", fleet_read_text(one, "member"));
    (void)snprintf(machine.state, sizeof(machine.state), "%.11s",
                   live && machine.silent >= SNAPSHOT_SILENT ? "silent" : fleet_read_text(one, "state"));
    if (live) {
        machine.in_flight = whole(status, "in_flight");
        machine.waiting = whole(status, "waiting");
        machine.workers = whole(status, "workers");
        machine.rate = whole(status, "rate_milli");
        machine.share = whole(status, "share_ppm");
    }
    return machine;
}

// Whether several outputs were written to on one host: they are told apart by their paths then.
static bool share_a_host(const cJSON *members) {
    const cJSON *one;
    cJSON_ArrayForEach(one, members) {
        for (const cJSON *other = one->next; other != NULL; other = other->next) {
            if (strcmp(fleet_read_text(one, "host"), fleet_read_text(other, "host")) == 0 &&
                strcmp(fleet_read_text(one, "output"), fleet_read_text(other, "output")) != 0) {
                return true;
            }
        }
    }
    return false;
}

// A row of the table, and what stands behind it.
static void put_row(struct view *view, const char *behind) {
    int length = (int)strcspn(view->text, "\n");
    (void)printf("%.*s%s%s\n", length, view->text, behind[0] != '\0' ? "  " : "", behind);
}

static void show_machines(const cJSON *members) {
    static struct view view;
    bool outputs = share_a_host(members);
    const cJSON *one;
    if (cJSON_GetArraySize(members) == 0) {
        (void)puts("  machines  none yet");
        return;
    }
    view_begin(&view, 160, 1, false);
    view_fleet_columns(&view);
    (void)putchar('\n');
    put_row(&view, outputs ? "  OUTPUT" : "");
    cJSON_ArrayForEach(one, members) {
        const struct snapshot_machine machine = machine_of(one);
        view_begin(&view, 160, 1, false);
        view_fleet_machine(&view, &machine);
        put_row(&view, outputs ? fleet_read_text(one, "output") : "");
    }
}

static int show(const char *json) {
    cJSON *all = cJSON_Parse(json);
    if (all == NULL) {
        fleet_tell("out of memory");
        return EXIT_CODE_CANNOT;
    }
    show_run(all);
    show_shared(cJSON_GetObjectItemCaseSensitive(all, "shared"));
    show_lines(cJSON_GetObjectItemCaseSensitive(all, "lines"));
    show_machines(cJSON_GetObjectItemCaseSensitive(all, "members"));
    fleet_limits_show(cJSON_GetObjectItemCaseSensitive(all, "limits"),
                      cJSON_GetObjectItemCaseSensitive(all, "holds"));
    double oldest =
        fleet_read_number(cJSON_GetObjectItemCaseSensitive(all, "database"), "oldest_transaction_s");
    if (oldest >= LONG_TRANSACTION_S) {
        (void)printf(
            "\n  a transaction of this database is open for %.0f s: vacuum waits for it, and ticks become "
            "slow; end it (pg_stat_activity names it)\n",
            oldest);
    }
    cJSON_Delete(all);
    return EXIT_CODE_ALL_DONE;
}

// Where several runs are there and none is named, they are listed.
static int show_list(const struct fleet_answer *runs) {
    (void)printf("%-24s %-8s %-8s %12s %8s\n", "run", "state", "wanted", "artists", "at work");
    for (size_t i = 0; i < fleet_answer_rows(runs); i++) {
        (void)printf("%-24.24s %-8s %-8s %12s %8s\n", fleet_answer_text(runs, i, 0),
                     fleet_answer_text(runs, i, 1), fleet_answer_text(runs, i, 2),
                     fleet_answer_text(runs, i, 3), fleet_answer_text(runs, i, 4));
    }
    (void)puts("\n--fleet-name NAME shows one");
    return EXIT_CODE_ALL_DONE;
}

int fleet_status(struct fleet_database *database, const struct fleet_words *words) {
    const char *const values[] = {words->name};
    if (words->name[0] == '\0' && !words->json) {
        struct fleet_answer *runs = fleet_database_ask(
            database, "SELECT o_name, o_state, o_wanted, o_artists, o_live FROM ration.runs_1()", 0, NULL);
        int several = runs == NULL ? -1 : fleet_answer_rows(runs) > 1;
        int listed = several > 0 ? show_list(runs) : fleet_database_exit(database, EXIT_CODE_CANNOT);
        fleet_answer_free(runs);
        if (several != 0) {
            return listed;
        }
    }
    struct fleet_answer *answer = fleet_database_ask(database, "SELECT ration.status_1($1)", 1, values);
    if (answer == NULL) {
        return fleet_database_exit(database, EXIT_CODE_CANNOT);
    }
    const char *json = fleet_answer_text(answer, 0, 0);
    int status = words->json ? (puts(json) < 0 ? EXIT_CODE_CANNOT : EXIT_CODE_ALL_DONE) : show(json);
    fleet_answer_free(answer);
    return status;
}
