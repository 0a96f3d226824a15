#include "output/batch_list.h"

#include "ration/clock.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400U
#define KEPT (UINT64_C(29) * DAY) // by each API, after a part was made

bool batch_list_is_over(const struct batch_record *part) {
    return part->state == BATCH_RECORDED || part->state == BATCH_GIVEN_UP;
}

enum batch_list_end batch_list_how(const struct batch_record *part) {
    static const char *const names[] = {[BATCH_LIST_EXPIRED] = "expired",
                                        [BATCH_LIST_CANCELLED] = "cancelled",
                                        [BATCH_LIST_FAILED] = "failed"};
    for (int i = BATCH_LIST_EXPIRED; i <= BATCH_LIST_FAILED; i++) {
        if (strcmp(part->status, names[i]) == 0) {
            return (enum batch_list_end)i;
        }
    }
    if (part->state == BATCH_GIVEN_UP) {
        return BATCH_LIST_UNMADE;
    }
    bool whole = part->why[0] == '\0' || strcmp(part->status, "completed") == 0;
    return whole ? BATCH_LIST_COMPLETED : BATCH_LIST_LOST;
}

const char *batch_list_end_name(enum batch_list_end end) {
    static const char *const names[BATCH_LIST_ENDS] = {
        [BATCH_LIST_COMPLETED] = "completed", [BATCH_LIST_EXPIRED] = "expired",
        [BATCH_LIST_CANCELLED] = "cancelled", [BATCH_LIST_FAILED] = "failed",
        [BATCH_LIST_LOST] = "lost",           [BATCH_LIST_UNMADE] = "unmade",
    };
    return names[end];
}

const char *batch_list_word(const struct batch_record *part) {
    if (batch_list_is_over(part)) {
        enum batch_list_end end = batch_list_how(part);
        return end == BATCH_LIST_COMPLETED ? "recorded" : batch_list_end_name(end);
    }
    return part->state == BATCH_CREATED && part->status[0] != '\0' ? part->status
                                                                   : batch_journal_state(part->state);
}

const char *batch_list_name(const struct batch_record *part, const char *run, char out[48]) {
    bool own = run != NULL && strcmp(part->run, run) == 0;
    (void)snprintf(out, 48, "%s%s%u", own ? "" : part->run, own ? "" : "/", part->number);
    return out;
}

uint64_t batch_list_kept(const struct batch_record *part) {
    return part->made > 0 ? part->made + KEPT : 0;
}

uint64_t batch_list_kept_least(const struct batch_list *list) {
    uint64_t least = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint64_t kept = batch_journal_open(list->part[i].state) ? batch_list_kept(&list->part[i]) : 0;
        least = kept > 0 && (least == 0 || kept < least) ? kept : least;
    }
    return least;
}

// ---- the list ----

static void sum_up(struct batch_list *list) {
    list->parts = list->local = 0;
    list->rows = list->until = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct batch_record *part = &list->part[i];
        if (batch_journal_open(part->state)) {
            list->parts++;
            list->rows += part->rows;
            list->until = part->until > list->until ? part->until : list->until;
        }
        list->local += part->state == BATCH_WRITING || part->state == BATCH_UPLOADED;
    }
}

static void forget(struct batch_list *list, uint32_t i) {
    list->count--;
    memmove(&list->part[i], &list->part[i + 1], (list->count - i) * sizeof(list->part[0]));
}

// Room for another one: the oldest that is over goes, else the oldest.
static void make_room(struct batch_list *list) {
    uint32_t oldest = 0;
    if (list->count < BATCH_LIST_MOST) {
        return;
    }
    while (oldest + 1 < list->count && !batch_list_is_over(&list->part[oldest])) {
        oldest++;
    }
    forget(list, batch_list_is_over(&list->part[oldest]) ? oldest : 0);
}

void batch_list_add(struct batch_list *list, const struct batch_record *record) {
    uint32_t i = 0;
    while (i < list->count &&
           (list->part[i].number != record->number || strcmp(list->part[i].run, record->run) != 0)) {
        i++;
    }
    if (i == list->count) {
        make_room(list);
        i = list->count++;
        list->part[i] = (struct batch_record){0};
    } else if (batch_list_is_over(&list->part[i])) {
        list->end[batch_list_how(&list->part[i])]--;
    }
    list->part[i] = *record;
    if (batch_list_is_over(record)) {
        list->end[batch_list_how(record)]++;
    }
    sum_up(list);
}

void batch_list_at_rest(struct batch_list *list) {
    for (uint32_t i = list->count; i-- > 0;) {
        if (list->part[i].state == BATCH_WRITING || list->part[i].state == BATCH_UPLOADED) {
            forget(list, i);
        }
    }
    sum_up(list);
}

const char *batch_list_words(const struct batch_list *list, char out[BATCH_LIST_WORDS]) {
    char until[CLOCK_RFC3339_SIZE];
    clock_rfc3339(list->until * CLOCK_SECOND, until);
    out[0] = '\0';
    if (list->parts > 0) {
        (void)snprintf(out, BATCH_LIST_WORDS, "%u part%s with %" PRIu64 " rows %s with the API%s%s",
                       list->parts, list->parts == 1 ? "" : "s", list->rows, list->parts == 1 ? "is" : "are",
                       list->until > 0 ? " until " : "", list->until > 0 ? until : "");
    }
    return out;
}
