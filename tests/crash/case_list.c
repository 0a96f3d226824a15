#include "case_list.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Who passes a point, as the lists tell.
enum who { W = 1, C = 2, B = W | C, O = 4, P = 8, F = 16 };

static const struct {
    const char *name;
    enum who who;
} points[CRASH_POINTS_END] = {
#define NAME(name, who) \
    [CRASH_LEDGER_##name] = {"ledger." #name, who}, [CRASH_OUTPUT_##name] = {"output." #name, who},
    CRASH_POINT_GUARD_LIST(NAME)
#undef NAME
#define NAME(name, who) [CRASH_##name] = {#name, who},
        CRASH_POINT_LIST(NAME)
#undef NAME
};

// What makes the coordinator recover something: a worker that dies inside a transaction of one guard or the
// other, and an artist that kills its worker until it is given up.
#define DIES_IN_OUTPUT "worker:append_written:2"
#define DIES_IN_LEDGER "worker:admit_booked:3"
#define POISON "worker:attempt_begun:@17:3"

struct list {
    struct listed_case *at;
    size_t count, room;
    enum crash_point point;
};

static bool begins(const char *name, const char *with) {
    return strncmp(name, with, strlen(with)) == 0;
}

__attribute__((format(printf, 2, 3))) static void add(struct list *list, const char *format, ...) {
    if (list->count == list->room) {
        list->room = list->room * 2 + 256;
        list->at = realloc(list->at, list->room * sizeof(*list->at));
        if (list->at == NULL) {
            err(1, "realloc");
        }
    }
    const char *name = points[list->point].name;
    struct listed_case *new = &list->at[list->count++];
    *new = (struct listed_case){.point = list->point};
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(new->the.words, sizeof(new->the.words), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(new->the.words)) {
        errx(1, "a case of too many words");
    }
    for (const char *space = new->the.words; (space = strchr(space, ' ')) != NULL; space++) {
        new->word++;
    }
    const char *last = strrchr(new->the.words, ' ');
    new->kills = strstr(last != NULL ? last : new->the.words, ":pause") == NULL;
    new->the.overloads = begins(name, "hold_") || begins(name, "cancel_");
}

static void add_worker(struct list *list, const char *name, bool thorough) {
    static const unsigned passes[] = {1, 2, 3, 7, 19};
    bool rare = begins(name, "hold_") || begins(name, "cancel_");
    if (strstr(name, "swap_lost") != NULL) {
        // Reaping leaves a surplus token; then one takes its time inside, and the other finds the token.
        const char *inside = begins(name, "ledger.") ? "ledger.acquired:25" : "output.acquired:3";
        add(list, "worker:append_unlocked:1 worker:%s:1:pause worker:%s:1", inside, name);
        return;
    }
    for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
        if (thorough || passes[i] == (rare ? 1 : 2)) {
            add(list, "worker:%s:%u", name, passes[i]);
        }
    }
    bool stays = strstr(name, "token_taken") != NULL || strstr(name, "owner_cleared") != NULL ||
                 strcmp(name, "append_marked") == 0;
    if (strcmp(name, "append_half_written") != 0 && (thorough || stays)) {
        add(list, "worker:%s:3:2:pause", name);
        add(list, DIES_IN_OUTPUT " worker:%s:2:4:pause", name);
    }
    if (thorough) {
        add(list, "worker:%s:5:3", name);
    }
}

// A worker takes its time in an append that then comes to nothing: what it has marked must count for nobody
// meanwhile, above all not when it is the last.
static void add_undone(struct list *list, bool thorough) {
    list->point = CRASH_append_written;
    // The last appends of a worker are about its thirtieth.
    for (unsigned pass = thorough ? 2 : 28; pass <= (thorough ? 40 : 31); pass++) {
        add(list, "worker:append_marked:%u:1:pause worker:append_written:%u", pass, pass);
    }
}

static const char *prelude(const char *name) {
    if (begins(name, "spawn") || begins(name, "order_")) {
        return "";
    }
    if (begins(name, "ledger.") || begins(name, "reclaim_")) {
        return DIES_IN_LEDGER " ";
    }
    bool recovers = strstr(name, "reap") != NULL || strstr(name, "roll") != NULL;
    bool appends =
        begins(name, "append_") || begins(name, "quarantine_") || (begins(name, "output.") && !recovers);
    return appends ? POISON " " : DIES_IN_OUTPUT " ";
}

static void add_coordinator(struct list *list, const char *name, bool thorough) {
    const char *before = prelude(name);
    add(list, "%scoordinator:%s:1", before, name);
    if (!thorough) {
        return;
    }
    add(list, "%scoordinator:%s:2", before, name);
    add(list, "%scoordinator:%s:3", before, name);
    add(list, "%scoordinator:%s:1:3", before, name);
    if (strcmp(name, "append_half_written") != 0) {
        add(list, "%scoordinator:%s:1:2:pause", before, name);
    }
}

// Likewise while it writes the lines of artists that ask what another one asks.
static void add_followers(struct list *list, const char *name, bool thorough) {
    bool appends = begins(name, "followers_") || begins(name, "append_") || begins(name, "output.entry_") ||
                   begins(name, "output.word_") || begins(name, "output.commit");
    size_t first = list->count;
    if (!appends) {
        return;
    }
    add(list, "coordinator:%s:1", name);
    if (thorough) {
        add(list, "coordinator:%s:2", name);
        add(list, "coordinator:%s:1:3", name);
        add(list, DIES_IN_OUTPUT " coordinator:%s:1", name);
    }
    for (size_t i = first; i < list->count; i++) {
        list->at[i].the.identical = true;
    }
}

// A worker dies inside, the coordinator dies while it owns the guard for it, and another worker, which waits
// for the guard meanwhile, takes it over: it goes on, or dies as well.
static void add_orphan(struct list *list, const char *name) {
    static const char output[] = "worker:append_half_written:2 coordinator:output.reap_swapped:1:1:pause "
                                 "coordinator:output.rollback_word:1";
    static const char ledger[] =
        DIES_IN_LEDGER " coordinator:reclaim_locked:1:1:pause coordinator:reclaim_spent:1";
    const char *deaths = begins(name, "output.") ? output : ledger;
    add(list, "%s", deaths);
    list->at[list->count - 1].kills = false; // not at this point
    add(list, "%s worker:%s:1", deaths, name);
}

struct listed_case *case_list(bool thorough, size_t *count) {
    struct list list = {0};
    for (int point = 0; point < CRASH_POINTS_END; point++) {
        const char *name = points[point].name;
        list.point = (enum crash_point)point;
        if ((points[point].who & W) != 0) {
            add_worker(&list, name, thorough);
        }
        if ((points[point].who & C) != 0) {
            if (!begins(name, "followers_")) {
                add_coordinator(&list, name, thorough);
            }
            add_followers(&list, name, thorough);
        }
        if ((points[point].who & O) != 0) {
            add_orphan(&list, name);
        }
    }
    add_undone(&list, thorough);
    *count = list.count;
    return list.at;
}

bool case_list_elsewhere(enum crash_point point) {
    return points[point].who == P || points[point].who == F;
}

const char *case_list_name(enum crash_point point) {
    return points[point].name;
}
