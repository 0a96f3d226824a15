#include "view/view_batches.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_MOST 40

static int name_width(const struct batch_list *list, const char *run) {
    int width = (int)strlen("PART");
    for (uint32_t i = 0; i < list->count; i++) {
        char name[48];
        int length = (int)strlen(batch_list_name(&list->part[i], run, name));
        width = length > width ? length : width;
    }
    return width < NAME_MOST ? width : NAME_MOST;
}

static enum view_colour colour_of(const struct batch_record *part) {
    if (batch_list_is_over(part)) {
        return batch_list_how(part) == BATCH_LIST_COMPLETED ? VIEW_GREEN : VIEW_RED;
    }
    return part->state == BATCH_CREATING ? VIEW_YELLOW : VIEW_PLAIN;
}

// "2026-11-28 21:15"
static void minute_of(uint64_t seconds, char out[CLOCK_RFC3339_SIZE]) {
    if (seconds == 0) {
        (void)snprintf(out, CLOCK_RFC3339_SIZE, "-");
        return;
    }
    clock_rfc3339(seconds * CLOCK_SECOND, out);
    out[10] = ' ';
    out[16] = '\0';
}

static void put_part(struct view *view, const struct batch_record *part, const char *run, int names,
                     uint64_t wall) {
    char name[48], until[CLOCK_RFC3339_SIZE], done[24] = "-", failed[24] = "-", age[24] = "-";
    uint64_t now = wall / CLOCK_SECOND;
    bool counted = part->status[0] != '\0';
    minute_of(part->until, until);
    if (counted) {
        (void)snprintf(done, sizeof(done), "%" PRIu64, part->done);
        (void)snprintf(failed, sizeof(failed), "%" PRIu64, part->failed);
    }
    if (part->made > 0 && !batch_list_is_over(part)) {
        view_time(now > part->made ? (double)(now - part->made) : 0, age, sizeof(age));
    }
    view_put(view, VIEW_PLAIN, "%-*.*s  ", names, names, batch_list_name(part, run, name));
    view_put(view, colour_of(part), "%-11.11s", batch_list_word(part));
    view_piece(view, VIEW_PLAIN, " %8u", part->rows);
    view_piece(view, VIEW_PLAIN, " %8s", done);
    view_piece(view, VIEW_PLAIN, " %7s", failed);
    view_piece(view, VIEW_PLAIN, " %9s", age);
    view_piece(view, VIEW_PLAIN, "  %-16s", until);
    view_piece(view, VIEW_PLAIN, "  %-10s", part->session);
    view_piece(view, VIEW_PLAIN, "  %s", part->batch);
    view_piece(view, VIEW_RED, "%s%s", part->why[0] != '\0' ? "  " : "", part->why);
    view_end(view);
}

const char *view_batches_ends(const struct batch_list *list, char out[VIEW_BATCHES_ENDS]) {
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < BATCH_LIST_ENDS; i++) {
        if (list->end[i] > 0 && length < VIEW_BATCHES_ENDS) {
            int n =
                snprintf(out + length, VIEW_BATCHES_ENDS - length, "%s%" PRIu64 " %s", length > 0 ? ", " : "",
                         list->end[i], batch_list_end_name((enum batch_list_end)i));
            length += n > 0 ? (size_t)n : 0;
        }
    }
    return out;
}

static void put_ends(struct view *view, const struct batch_list *list) {
    char ends[VIEW_BATCHES_ENDS];
    if (view_batches_ends(list, ends)[0] != '\0') {
        view_put(view, VIEW_DIM, "parts that are over: %s", ends);
        view_end(view);
    }
}

void view_batches(struct view *view, const struct batch_list *list, const char *run, uint64_t wall) {
    static const char *const heads[] = {"     ROWS",          "     DONE",    "  FAILED", "       AGE",
                                        "  ENDS BY, UTC    ", "  SESSION   ", "  AS"};
    int names = name_width(list, run);
    uint32_t under_way = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        under_way += !batch_list_is_over(&list->part[i]);
    }
    if (list->count == 0 || view_room(view) < 2) {
        return;
    }
    view_put(view, VIEW_DIM, "%-*s  %-11s", names, "PART", "STATE");
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        view_piece(view, VIEW_DIM, "%s", heads[i]);
    }
    view_end(view);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct batch_record *part = &list->part[i];
        if (batch_list_is_over(part) &&
            (batch_list_how(part) == BATCH_LIST_COMPLETED || batch_list_how(part) == BATCH_LIST_UNMADE)) {
            continue; // they are counted
        }
        if (view_room(view) == 1 && under_way > 1) {
            view_put(view, VIEW_DIM, "and %u more parts", under_way);
            view_end(view);
            return;
        }
        put_part(view, part, run, names, wall);
        under_way -= !batch_list_is_over(part);
    }
    put_ends(view, list);
}
