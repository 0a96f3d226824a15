#include "fleet/fleet_limits.h"

#include "fleet/fleet_read.h"
#include "ration/clock.h"
#include "ration/dimension.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define UNIT_MONEY 16 // of a run: see budget_1()
#define DOLLAR 1e9    // nano-dollars

static bool is_money(const cJSON *limit) {
    return fleet_read_number(limit, "unit") >= UNIT_MONEY;
}

static void name_limit(const cJSON *limit, char out[64]) {
    double window = fleet_read_number(limit, "window_s"), unit = fleet_read_number(limit, "unit");
    char name[48] = "units";
    if (is_money(limit)) {
        (void)snprintf(name, sizeof(name), "%s", unit > UNIT_MONEY ? "--max-cost-run" : "--max-cost");
    } else if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(limit, "budget"))) {
        (void)snprintf(name, sizeof(name), "requests of this day"); // --daily-limit, less what is kept back
    } else if (unit > DIMENSION_NONE && unit < DIMENSION_UNITS && window > 0) {
        dimension_name((enum dimension_unit)unit, (uint64_t)(window * CLOCK_SECOND), name);
    } else if (unit > DIMENSION_NONE && unit < DIMENSION_UNITS) {
        (void)snprintf(name, sizeof(name), "%s", dimension_unit_name((enum dimension_unit)unit));
    }
    (void)snprintf(out, 64, "%s", name);
}

// Units, or dollars and cents.
static const char *amount(const cJSON *limit, double value, char out[40]) {
    char whole[32];
    if (!is_money(limit)) {
        (void)snprintf(out, 40, "%s", fleet_read_grouped(value, whole));
        return out;
    }
    double dollars = (double)(uint64_t)((value > 0 ? value : 0) / DOLLAR);
    int cents = (int)((value / DOLLAR - dollars) * 100 + 1e-6); // what is less than one is not there yet
    (void)snprintf(out, 40, "$%s.%02d", fleet_read_grouped(dollars, whole), cents > 0 ? cents : 0);
    return out;
}

// Machines of other runs, which share the account.
static void show_elsewhere(const cJSON *limit) {
    const cJSON *one;
    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(limit, "elsewhere")) {
        char held[40];
        (void)printf("    %s of these are held by %s, member %.8s, of the run %s%s\n",
                     amount(limit, fleet_read_number(one, "held"), held), fleet_read_text(one, "host"),
                     fleet_read_text(one, "member"), fleet_read_text(one, "run"),
                     strcmp(fleet_read_text(one, "state"), "dead") == 0 ? ", which was given up" : "");
    }
}

void fleet_limits_show(const cJSON *limits, const cJSON *holds) {
    const cJSON *one;
    if (cJSON_GetArraySize(limits) > 0) {
        (void)printf("\n  %-20s %-26s %12s %14s %10s\n", "session", "", "limit", "taken in all", "held");
    }
    cJSON_ArrayForEach(one, limits) {
        char name[64], limit[40], taken[40], held[40];
        double took = fleet_read_number(one, "taken");
        name_limit(one, name);
        (void)printf("  %-20.20s %-26.26s %12s %14s %10s\n", fleet_read_text(one, "session"), name,
                     amount(one, fleet_read_number(one, "limit"), limit), amount(one, took, taken),
                     amount(one, fleet_read_number(one, "granted") - took, held));
        show_elsewhere(one);
    }
    cJSON_ArrayForEach(one, holds) {
        const char *why = fleet_read_text(one, "why");
        (void)printf("  %s: %s for %.0f s more%s%s\n", fleet_read_text(one, "session"),
                     fleet_read_text(one, "kind"), fleet_read_number(one, "left_s"),
                     why[0] != '\0' ? ": " : "", why);
    }
}
