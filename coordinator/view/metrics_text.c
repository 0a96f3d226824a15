#include "view/metrics_text.h"

#include "ration/utf8.h"
#include "view/figures_batches.h"
#include "view/figures_fleet.h"
#include "view/figures_parts.h"
#include "view/figures_run.h"
#include "view/figures_spent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABELS_MOST (FIGURES_LABELS + 2)

// The labels of one sample, in their order.
struct labels {
    uint32_t count;
    const char *name[LABELS_MOST], *value[LABELS_MOST];
};

static void put_escaped(FILE *out, const char *value) {
    size_t left = strlen(value), step;
    uint32_t character;
    for (; left > 0; value += step, left -= step) {
        enum utf8_kind kind = utf8_look(value, left, &step, &character);
        if (*value == '\\' || *value == '"') {
            (void)fputc('\\', out);
            (void)fputc(*value, out);
        } else if (*value == '\n') {
            (void)fputs("\\n", out);
        } else if (kind == UTF8_PLAIN) {
            (void)fwrite(value, 1, step, out);
        } else {
            (void)fputc(kind == UTF8_STEERS ? ' ' : '?', out);
        }
    }
}

static void put_sample(FILE *out, const char *metric, const struct labels *labels, double value) {
    (void)fputs(metric, out);
    for (uint32_t i = 0; i < labels->count; i++) {
        (void)fprintf(out, "%c%s=\"", i == 0 ? '{' : ',', labels->name[i]);
        put_escaped(out, labels->value[i]);
        (void)fputc('"', out);
    }
    bool whole = floor(value) == value && fabs(value) < 1e18;
    (void)fprintf(out, whole ? "%s %.0f\n" : "%s %.15g\n", labels->count > 0 ? "}" : "", value);
}

// The name of the family: a histogram has three metrics.
static int family_length(const struct figures_row *row) {
    const char *end = strcmp(row->kind, "histogram") == 0 ? strrchr(row->metric, '_') : NULL;
    return (int)(end != NULL ? (size_t)(end - row->metric) : strlen(row->metric));
}

static bool same_family(const struct figures_row *one, const struct figures_row *other) {
    int length = family_length(one);
    return length == family_length(other) && strncmp(one->metric, other->metric, (size_t)length) == 0;
}

static void put_head(FILE *out, const struct figures_row *row) {
    int length = family_length(row);
    (void)fprintf(out, "# HELP %.*s %s\n# TYPE %.*s %s\n", length, row->metric, row->help, length,
                  row->metric, row->kind);
}

static void add_label(struct labels *labels, const char *name, const char *value) {
    labels->name[labels->count] = name;
    labels->value[labels->count++] = value;
}

// Whatever a machine of a fleet tells has the fleet's name, so that those of several are told apart.
static void add_fleet(struct labels *labels, const struct figures_list *list,
                      const struct run_status *status) {
    for (uint32_t i = 0; list != NULL && i < FIGURES_LABELS && list->label[i] != NULL; i++) {
        if (strcmp(list->label[i], "fleet") == 0) {
            return;
        }
    }
    if (status->now.gossip.fleet.run[0] != '\0') {
        add_label(labels, "fleet", status->now.gossip.fleet.run);
    }
}

// All samples of an item in a row. *headed: the family that was begun last.
static void put_item(FILE *out, const struct figures_list *list, const struct figures_row *row,
                     const struct figures_row **headed, struct figures_at *at) {
    char name[FIGURES_LABELS][FIGURES_NAME] = {""}, which[FIGURES_NAME] = "";
    struct labels labels = {.count = 0};
    add_fleet(&labels, list, at->status);
    if (list->name != NULL && !list->name(at->status, at->item, name)) {
        return;
    }
    for (uint32_t i = 0; i < FIGURES_LABELS && list->label[i] != NULL; i++) {
        add_label(&labels, list->label[i], name[i]);
    }
    if (row->label != NULL) {
        add_label(&labels, row->label, row->label_value);
    } else if (row->each != NULL) {
        add_label(&labels, row->each->label, which);
    }
    for (at->which = 0; at->which < (row->each != NULL ? row->each->count : 1); at->which++) {
        double value = figures_value(list, row, at);
        if (!isfinite(value)) {
            continue;
        }
        if (*headed == NULL || !same_family(row, *headed)) {
            put_head(out, row);
            *headed = row;
        }
        if (row->each != NULL) {
            row->each->name(at->which, which);
        }
        put_sample(out, row->metric, &labels, value);
    }
}

static void put_list(FILE *out, const struct figures_list *list, const struct run_status *status) {
    const struct figures_row *headed = NULL;
    uint32_t count = list->count != NULL ? list->count(status) : 1;
    for (size_t i = 0; i < list->rows; i++) {
        for (uint32_t item = 0; item < count && list->row[i].metric != NULL; item++) {
            put_item(out, list, &list->row[i], &headed, &(struct figures_at){.status = status, .item = item});
        }
    }
}

// These say who it is, by their labels.
static void put_names(FILE *out, const struct run_status *status) {
    static const struct figures_row build = {"ration_build_info", .kind = "gauge",
                                             .help = "Always 1; the version is its label."};
    static const struct figures_row run = {"ration_run_info", .kind = "gauge",
                                           .help = "Always 1; its labels name the run."};
    put_head(out, &build);
    struct labels labels = {1, {"version"}, {RATION_VERSION}};
    add_fleet(&labels, NULL, status);
    put_sample(out, build.metric, &labels, 1);
    put_head(out, &run);
    labels = (struct labels){2, {"run", "output"}, {status->info.run_id, run_status_name(status)}};
    add_fleet(&labels, NULL, status);
    put_sample(out, run.metric, &labels, 1);
}

char *metrics_text(const struct run_status *status) {
    static const struct figures_list *const lists[] = {
        &figures_run,           &figures_spent,         &figures_parts_sessions, &figures_parts_dimensions,
        &figures_parts_workers, &figures_parts_guards,  &figures_batches,        &figures_batches_parts,
        &figures_fleet,         &figures_fleet_machines};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    put_names(out, status);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        put_list(out, lists[i], status);
    }
    bool whole = ferror(out) == 0;
    if (fclose(out) != 0 || !whole) {
        free(text);
        return NULL;
    }
    return text;
}
