#include "watch/alerts_parts.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define QUIET CLOCK_HOUR // parts that came to nothing are told of for so long
#define DAY 86400U
#define LATE_TIMES 3U  // what took longest before
#define NEAR_SHARE 12U // of its window is left

struct look {
    const struct alert_facts *facts;
    uint64_t now;     // seconds since 1970
    uint64_t longest; // that a part which is over took, in seconds; 0: not known
};

static uint64_t window_of(const struct batch_record *part) {
    return part->until > part->made ? part->until - part->made : DAY;
}

static bool at_the_api(const struct batch_record *part) {
    return part->state == BATCH_CREATED && part->made > 0;
}

// Nothing of it is done in half of its window, or it takes much longer than others did.
static bool is_late(const struct look *look, const struct batch_record *part) {
    uint64_t age = look->now > part->made ? look->now - part->made : 0;
    uint64_t window = window_of(part), usual = LATE_TIMES * look->longest;
    bool begun = part->done + part->failed > 0;
    return at_the_api(part) &&
           ((!begun && age > window / 2) || (usual > 0 && age > (usual > window / 4 ? usual : window / 4)));
}

static bool is_near(const struct look *look, const struct batch_record *part) {
    return at_the_api(part) && part->until > look->now && part->done + part->failed < part->rows &&
           part->until - look->now < window_of(part) / NEAR_SHARE;
}

static bool is_forgotten(const struct look *look, const struct batch_record *part) {
    uint64_t kept = batch_list_kept(part);
    return batch_journal_open(part->state) && kept > 0 && kept < look->now + BATCH_LIST_KEPT_LEAST;
}

// The first such part; NULL: there is none.
static const struct batch_record *
find(const struct look *look, bool (*is)(const struct look *, const struct batch_record *), uint32_t *count) {
    const struct batch_list *list = look->facts->batches;
    const struct batch_record *first = NULL;
    *count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (is(look, &list->part[i])) {
            first = first != NULL ? first : &list->part[i];
            ++*count;
        }
    }
    return first;
}

// The last one that ended so; NULL: it is not listed any more.
static const struct batch_record *last_of(const struct batch_list *list, enum batch_list_end one,
                                          enum batch_list_end other) {
    for (uint32_t i = list->count; i-- > 0;) {
        const struct batch_record *part = &list->part[i];
        if (batch_list_is_over(part) && (batch_list_how(part) == one || batch_list_how(part) == other)) {
            return part;
        }
    }
    return NULL;
}

static uint64_t longest_of(const struct batch_list *list) {
    uint64_t longest = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct batch_record *part = &list->part[i];
        bool whole = batch_list_is_over(part) && batch_list_how(part) == BATCH_LIST_COMPLETED;
        uint64_t took = whole && part->made > 0 && part->at > part->made ? part->at - part->made : 0;
        longest = took > longest ? took : longest;
    }
    return longest;
}

// ---- what is told ----

// Raised, renewed when its words are others, cleared.
static void tell(struct alerts *alerts, struct alerts_telling *telling, enum alert_kind kind,
                 const char *words, const char *cleared) {
    struct alerts_batch *batch = &alerts->batch[kind - ALERT_BATCH_FAILED];
    if (words[0] == '\0' && batch->words[0] != '\0') {
        alerts_tell(telling, kind, false, ALERTS_NOBODY, 0, "%s", cleared);
    } else if (strcmp(words, batch->words) != 0) {
        alerts_tell(telling, kind, true, ALERTS_NOBODY, 0, "%s", words);
        telling->event[telling->count - 1].renewed = batch->words[0] != '\0';
    }
    (void)snprintf(batch->words, sizeof(batch->words), "%s", words);
}

// Of parts that came to nothing since the run began; forgotten after a while without another one.
static uint64_t lately(struct alerts *alerts, enum alert_kind kind, uint64_t now, uint64_t count) {
    struct alerts_batch *batch = &alerts->batch[kind - ALERT_BATCH_FAILED];
    if (count > batch->seen) {
        batch->seen = count;
        batch->at = now;
    }
    if (batch->at == 0 || now - batch->at > QUIET) {
        batch->from = batch->seen;
    }
    return batch->seen - batch->from;
}

static uint64_t count_failed(const struct batch_list *list) {
    return list->end[BATCH_LIST_FAILED] + list->end[BATCH_LIST_LOST];
}

void alerts_batches_begin(struct alerts *alerts, const struct batch_list *before) {
    struct alerts_batch *failed = &alerts->batch[0];
    struct alerts_batch *expired = &alerts->batch[ALERT_BATCH_EXPIRED - ALERT_BATCH_FAILED];
    failed->seen = failed->from = count_failed(before);
    expired->seen = expired->from = before->end[BATCH_LIST_EXPIRED];
}

static void decide_failed(struct alerts *alerts, const struct alert_facts *facts,
                          struct alerts_telling *telling) {
    const struct batch_list *list = facts->batches;
    char words[ALERTS_BATCH_WORDS] = "", name[48];
    uint64_t count = lately(alerts, ALERT_BATCH_FAILED, facts->now, count_failed(list));
    const struct batch_record *part = last_of(list, BATCH_LIST_FAILED, BATCH_LIST_LOST);
    if (count > 0 && part != NULL) {
        (void)snprintf(words, sizeof(words),
                       "parts that the API refused or lost: %" PRIu64 "; the last is part %s of %u rows: %s",
                       count, batch_list_name(part, facts->run, name), part->rows,
                       part->why[0] != '\0' ? part->why : batch_list_word(part));
    }
    tell(alerts, telling, ALERT_BATCH_FAILED, words, "the API has refused and lost no part for an hour");
}

static void decide_expired(struct alerts *alerts, const struct alert_facts *facts,
                           struct alerts_telling *telling) {
    const struct batch_list *list = facts->batches;
    char words[ALERTS_BATCH_WORDS] = "", name[48];
    uint64_t count = lately(alerts, ALERT_BATCH_EXPIRED, facts->now, list->end[BATCH_LIST_EXPIRED]);
    const struct batch_record *part = last_of(list, BATCH_LIST_EXPIRED, BATCH_LIST_EXPIRED);
    if (count > 0 && part != NULL) {
        (void)snprintf(words, sizeof(words),
                       "parts that expired: %" PRIu64 "; the last is part %s with %" PRIu64
                       " of %u rows done; the others are asked again",
                       count, batch_list_name(part, facts->run, name), part->done, part->rows);
    }
    tell(alerts, telling, ALERT_BATCH_EXPIRED, words, "no part has expired for an hour");
}

static void decide_found(struct alerts *alerts, const struct look *look, struct alerts_telling *telling) {
    char words[ALERTS_BATCH_WORDS] = "", name[48], time[CLOCK_RFC3339_SIZE];
    uint32_t count;
    const struct batch_record *part = find(look, is_late, &count);
    if (part != NULL) {
        clock_rfc3339(part->made * CLOCK_SECOND, time);
        (void)snprintf(words, sizeof(words),
                       "parts that wait longer than is to be expected: %u; part %s does since %s, %s", count,
                       batch_list_name(part, look->facts->run, name), time,
                       part->done + part->failed > 0 ? "though it goes on" : "and no row of it is done");
    }
    tell(alerts, telling, ALERT_BATCH_LATE, words, "no part waits longer than is to be expected");
    words[0] = '\0';
    part = find(look, is_near, &count);
    if (part != NULL) {
        clock_rfc3339(part->until * CLOCK_SECOND, time);
        (void)snprintf(words, sizeof(words),
                       "parts whose window is nearly over: %u; part %s of %u rows ends by %s", count,
                       batch_list_name(part, look->facts->run, name), part->rows, time);
    }
    tell(alerts, telling, ALERT_BATCH_WINDOW, words, "no part's window is nearly over");
    words[0] = '\0';
    part = find(look, is_forgotten, &count);
    if (part != NULL) {
        clock_rfc3339(batch_list_kept(part) * CLOCK_SECOND, time);
        (void)snprintf(words, sizeof(words),
                       "parts whose results the API will not keep for long: %u; those of part %s until %s",
                       count, batch_list_name(part, look->facts->run, name), time);
    }
    tell(alerts, telling, ALERT_BATCH_RESULTS, words, "no results are about to be deleted");
}

void alerts_batches_decide(struct alerts *alerts, const struct alert_facts *facts,
                           struct alerts_telling *telling) {
    if (facts->batches == NULL) {
        return;
    }
    const struct look look = {facts, facts->wall / CLOCK_SECOND, longest_of(facts->batches)};
    decide_failed(alerts, facts, telling);
    decide_expired(alerts, facts, telling);
    decide_found(alerts, &look, telling);
}
