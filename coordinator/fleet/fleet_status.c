#include "fleet/fleet_status.h"

#include "fleet/fleet_tell.h"
#include "ration/dimension.h"
#include "ration/snapshot.h"
#include "ration/utf8.h"
#include "system/exit_code.h"
#include "view/view_fleet.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define UNIT_MONEY 16            // of a run: see budget_1()
#define CENT 1e7                 // nano-dollars
#define LONG_TRANSACTION_S 300.0 // from then on vacuum is behind with the hot rows

static double number(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

// Harmless on a terminal; the object's.
static const char *text(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsString(item) || item->valuestring == NULL) {
        return "";
    }
    utf8_defuse(item->valuestring);
    return item->valuestring;
}

// 1234567 → 1,234,567
static const char *grouped(double value, char out[32]) {
    char digits[32];
    (void)snprintf(digits, sizeof(digits), "%.0f", value);
    size_t length = strlen(digits), used = 0;
    for (size_t i = 0; i < length && used < 30; i++) {
        out[used++] = digits[i];
        if ((length - i) % 3 == 1 && i + 1 < length && digits[i] != '-') {
            out[used++] = ',';
        }
    }
    out[used] = '\0';
    return out;
}

static void show_run(const cJSON *all) {
    char done[32], failed[32], artists[32], doubt[32];
    const cJSON *chunks = cJSON_GetObjectItemCaseSensitive(all, "chunks");
    const cJSON *in_doubt = cJSON_GetObjectItemCaseSensitive(all, "in_doubt");
    const char *wanted = text(all, "wanted");
    double count = number(all, "artists"), through = number(all, "done") + number(all, "failed");
    (void)printf("%s: %s%s\n", text(all, "run"),
                 through >= count                          ? "done"
                 : strcmp(text(all, "state"), "done") == 0 ? "done"
                                                           : "open",
                 strcmp(wanted, "pause") == 0  ? ", paused"
                 : strcmp(wanted, "stop") == 0 ? ", stopped"
                                               : "");
    (void)printf("  artists   %s: %s done, %s failed, %.1f %% through\n", grouped(count, artists),
                 grouped(number(all, "done"), done), grouped(number(all, "failed"), failed),
                 count > 0 ? 100 * through / count : 100);
    (void)printf("  chunks    %.0f of %.0f open, %.0f held", number(chunks, "open"), number(chunks, "all"),
                 number(chunks, "held"));
    if (number(chunks, "suspect") > 0) {
        (void)printf("; %.0f that three machines died of, each is tried alone", number(chunks, "suspect"));
    }
    (void)putchar('\n');
    if (number(in_doubt, "exact") + number(in_doubt, "at_most") > 0) {
        double exact = number(in_doubt, "exact"), most = number(in_doubt, "at_most");
        if (exact > 0) {
            (void)printf("  in doubt  %s", grouped(exact, doubt));
        }
        if (most > 0) {
            (void)printf("%s %s of machines that are gone",
                         exact > 0 ? ", and at most" : "  in doubt  at most", grouped(most, doubt));
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
        double bytes = number(one, "bytes"), there = number(one, "there");
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
        all += number(one, "lines");
    }
    (void)printf("  lines     %s, on the machines (--fleet-keep local)\n", grouped(all, count));
    cJSON_ArrayForEach(one, lines) {
        (void)printf("            %s:%s  %s as %.8s, %.1f MB\n", text(one, "host"), text(one, "output"),
                     grouped(number(one, "lines"), count), text(one, "member"), number(one, "bytes") / 1e6);
    }
}

static uint64_t whole(const cJSON *object, const char *name) {
    double value = number(object, name);
    return value > 0 && value < 1e15 ? (uint64_t)value : 0;
}

// As members read it. Of one that is gone only what it has done is still true.
static struct snapshot_machine machine_of(const cJSON *one) {
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(one, "status");
    struct snapshot_machine machine = {
        .done = whole(status, "done"),
        .failed = whole(status, "failed"),
        .silent = (uint64_t)(number(one, "silent_s") * 1000),
    };
    bool live = strcmp(text(one, "state"), "live") == 0;
    (void)snprintf(machine.host, sizeof(machine.host), "%.39s", text(one, "host"));
    (void)snprintf(machine.id, sizeof(machine.id), "%.8s", text(one, "member"));
    (void)snprintf(machine.state, sizeof(machine.state), "%.11s",
                   live && machine.silent >= SNAPSHOT_SILENT ? "silent" : text(one, "state"));
    if (live) {
        machine.in_flight = whole(status, "in_flight");
        machine.waiting = whole(status, "waiting");
        machine.workers = whole(status, "workers");
        machine.rate = whole(status, "rate_milli");
        machine.share = whole(status, "share_ppm");
    }
    return machine;
}

static void show_machines(const cJSON *members) {
    static struct view view;
    const cJSON *one;
    if (cJSON_GetArraySize(members) == 0) {
        (void)puts("  machines  none yet");
        return;
    }
    view_begin(&view, 160, 1, false);
    view_fleet_columns(&view);
    (void)printf("\n%s", view.text);
    cJSON_ArrayForEach(one, members) {
        const struct snapshot_machine machine = machine_of(one);
        view_begin(&view, 160, 1, false);
        view_fleet_machine(&view, &machine);
        (void)fputs(view.text, stdout);
    }
}

static void name_limit(const cJSON *limit, char out[64]) {
    double window = number(limit, "window_s"), unit = number(limit, "unit");
    char name[48] = "units";
    if (unit >= UNIT_MONEY) {
        (void)snprintf(name, sizeof(name), "%s, cents", unit > UNIT_MONEY ? "--max-cost-run" : "--max-cost");
    } else if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(limit, "budget"))) {
        (void)snprintf(name, sizeof(name), "requests of this day"); // --daily-limit, less what is kept back
    } else if (unit > DIMENSION_NONE && unit < DIMENSION_UNITS && window > 0) {
        dimension_name((enum dimension_unit)unit, (uint64_t)(window * CLOCK_SECOND), name);
    } else if (unit > DIMENSION_NONE && unit < DIMENSION_UNITS) {
        (void)snprintf(name, sizeof(name), "%s", dimension_unit_name((enum dimension_unit)unit));
    }
    (void)snprintf(out, 64, "%s", name);
}

static void show_limits(const cJSON *limits, const cJSON *holds) {
    const cJSON *one;
    if (cJSON_GetArraySize(limits) > 0) {
        (void)printf("\n  %-20s %-26s %12s %14s %10s\n", "session", "", "limit", "taken in all", "held");
    }
    cJSON_ArrayForEach(one, limits) {
        char name[64], limit[32], taken[32], held[32];
        double scale = number(one, "unit") >= UNIT_MONEY ? CENT : 1;
        name_limit(one, name);
        (void)printf("  %-20.20s %-26.26s %12s %14s %10s\n", text(one, "session"), name,
                     grouped(number(one, "limit") / scale, limit),
                     grouped(number(one, "taken") / scale, taken),
                     grouped((number(one, "granted") - number(one, "taken")) / scale, held));
    }
    cJSON_ArrayForEach(one, holds) {
        (void)printf("  %s: %s for %.0f s more%s%s\n", text(one, "session"), text(one, "kind"),
                     number(one, "left_s"), text(one, "why")[0] != '\0' ? ": " : "", text(one, "why"));
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
    show_limits(cJSON_GetObjectItemCaseSensitive(all, "limits"),
                cJSON_GetObjectItemCaseSensitive(all, "holds"));
    double oldest = number(cJSON_GetObjectItemCaseSensitive(all, "database"), "oldest_transaction_s");
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
        int listed = several > 0 ? show_list(runs) : EXIT_CODE_CANNOT;
        fleet_answer_free(runs);
        if (several != 0) {
            return listed;
        }
    }
    struct fleet_answer *answer = fleet_database_ask(database, "SELECT ration.status_1($1)", 1, values);
    if (answer == NULL) {
        return fleet_database_exit(database);
    }
    const char *json = fleet_answer_text(answer, 0, 0);
    int status = words->json ? (puts(json) < 0 ? EXIT_CODE_CANNOT : EXIT_CODE_ALL_DONE) : show(json);
    fleet_answer_free(answer);
    return status;
}
