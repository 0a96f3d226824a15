#include "member/member.h"

#include "crew/in_doubt.h"
#include "member/member_identity.h"
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/slot.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TELL_EACH (2 * CLOCK_SECOND)
#define FLEET_EACH (2 * CLOCK_SECOND)
#define HELD_EACH (2 * CLOCK_SECOND)
#define OPEN_EACH (500 * CLOCK_MS)
#define LEAVES_WITHIN (10 * CLOCK_SECOND)
#define BECOMES_AGAIN CLOCK_SECOND
#define WRITES_WITHIN (2 * CLOCK_SECOND) // the next ticks do, unless its disk takes nothing

// ---- calls that are small ----

static void ask_of_member(struct member *member, enum link_call call, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_ask(&values, member, call, now);
}

static void ask_of_run(struct member *member, enum link_call call, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_ask(&values, member, call, now);
}

static void join(struct member *member, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, member->id);
    member_values_text(&values, member->host);
    if (member->former[0] != '\0') {
        member_values_text(&values, member->former);
    } else {
        member_values_null(&values);
    }
    if (member->output != NULL) {
        member_values_text(&values, member->output);
    } else {
        member_values_null(&values);
    }
    member_budget_amounts(member, &values);
    member_values_ask(&values, member, LINK_JOIN, now);
}

// ---- phases ----

// A disk that is full has room again some time, as for lines. A run that has only begun ends instead.
static void wait_or_break(struct member *member, bool waits) {
    if (!waits) {
        log_fatal("fleet", "cannot write %s: %s", member->identity, strerror(errno));
        member->broken = true;
        return;
    }
    if (!member->become_told) {
        log_warn("fleet", "cannot write %s: %s; this machine joins when there is room", member->identity,
                 strerror(errno));
    }
    member->become_told = true;
    member->become_at = clock_now() + BECOMES_AGAIN;
}

// It is somebody new from now on, and this machine's next start knows whom it was.
bool member_become(struct member *member) {
    struct member_identity next = {.ended = false};
    for (int file = 0; file < OUTPUT_FILES; file++) {
        next.from[file] = member->spool[file].shipped;
    }
    (void)strlcpy(next.run_id, arena_run_id(member->crew->arena), sizeof(next.run_id));
    if (!member_identity_make(next.id) || member_identity_keep(member->identity, &next) != 0) {
        bool waits = member->phase == MEMBER_BURIED && (errno == ENOSPC || errno == EDQUOT);
        wait_or_break(member, waits);
        return false;
    }
    member->kept = next;
    memcpy(member->id, next.id, sizeof(member->id));
    if (member->counts_as[0] == '\0') { // later ones go on with the same board
        memcpy(member->counts_as, member->id, sizeof(member->counts_as));
    }
    member->become_told = false;
    member->phase = MEMBER_JOINS;
    return true;
}

static void obey(struct member *member, uint64_t now) {
    if (member->wanted == member->obeyed) {
        return;
    }
    if (member->wanted == MEMBER_STOP) {
        log_warn(
            "fleet",
            "%s is stopped (ration fleet stop): this machine ends, and so does each that is started with "
            "--resume, until somebody says: ration fleet resume DATABASE --fleet-name %s",
            member->name, member->name);
        stop_begin(member->crew, STOP_ASKED);
    } else if (member->wanted == MEMBER_PAUSE) {
        log_info("fleet", "%s is paused, until: ration fleet resume DATABASE --fleet-name %s", member->name,
                 member->name);
        crew_pause(member->crew, CLOCK_NEVER, now);
    } else {
        log_info("fleet", "the fleet goes on");
        crew_pause(member->crew, 0, now);
    }
    member->obeyed = member->wanted;
}

uint32_t member_workers(struct member *member) {
    uint32_t wanted = member != NULL ? member->workers_wanted : 0;
    if (wanted == 0 || wanted == member->workers_told) {
        return 0;
    }
    member->workers_told = wanted;
    return wanted;
}

bool member_stopped(const struct member *member) {
    return member != NULL && member->obeyed == MEMBER_STOP;
}

// ---- what is asked next ----

static bool due(uint64_t *at, uint64_t each, uint64_t now) {
    if (now < *at) {
        return false;
    }
    *at = now + each;
    return true;
}

// How far it is: soon, where nothing is left to do here; now and then with all figures, for people.
static bool progress_due(struct member *member, uint64_t now, bool *all) {
    bool dry = member->dry && member_lease_left(member) == 0 && member_ship_done(member);
    *all = due(&member->progress_at, member_people_each(member), now);
    return *all || (dry && due(&member->open_at, OPEN_EACH, now));
}

// Nothing is left to do here, and the fleet is not at its end: is something held that was thought to be done?
static bool held_due(struct member *member, uint64_t now) {
    bool idle = member->dry && member_lease_left(member) == 0 && member_ship_done(member);
    return member->lost_claim || (idle && due(&member->held_at, HELD_EACH, now));
}

static void ask_progress(struct member *member, bool all, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, all ? "true" : "false");
    member_values_ask(&values, member, LINK_OPEN, now);
}

// One thing at a time, the most urgent first.
static void step_live(struct member *member, uint64_t now) {
    if (member_doubt_crash(member, now) || member_ship_step(member, now)) {
        return;
    }
    if (held_due(member, now)) {
        ask_of_member(member, LINK_HELD, now); // a lease is what the table says, not what an answer said
        return;
    }
    if (member_owed_step(member, now)) {
        return;
    }
    if (member_begun_step(member, now)) {
        return;
    }
    if (member_lease_due(member, now)) {
        member_lease_claim(member, now);
        return;
    }
    if (member_holds_step(member, now) || member_budget_step(member, now) ||
        member_tick_learned(member, now)) {
        return;
    }
    bool all;
    if (due(&member->judge_at, member->term / 8, now)) {
        ask_of_run(member, LINK_JUDGE, now);
    } else if (progress_due(member, now, &all)) {
        ask_progress(member, all, now);
    } else if (member_people_settle(member, now)) {
        return;
    } else if (due(&member->tell_at, TELL_EACH, now)) {
        member_people_tell(member, now);
    } else if (due(&member->fleet_at, FLEET_EACH, now)) {
        ask_of_run(member, LINK_FLEET, now);
    } else {
        (void)member_lend_step(member, now);
    }
}

// What the last workers died of is told, and given up with its line where it was the third death.
static bool leaves_nothing(const struct member *member, uint64_t now) {
    const struct crew *crew = member->crew;
    bool writes = crew->quarantine.count > 0 && now + (LEAVES_WITHIN - WRITES_WITHIN) < member->leave_by;
    return crew->uncounted.count == 0 && !writes && member_ship_done(member) && !member_owed_any(member) &&
           member->gave_back;
}

static void step_phase(struct member *member, uint64_t now) {
    switch (member->phase) {
    case MEMBER_SHIPS:
        // Its lines first: until they are the fleet's, all that it may have asked stays in doubt.
        if (!member_ship_step(member, now) && member_ship_done(member) && member->crew->lost.count == 0 &&
            member->crew->quarantine.count == 0 && !member_doubt_step(member, now)) {
            (void)member_become(member);
        }
        break;
    case MEMBER_JOINS:
        if (!member_doubt_step(member, now)) { // that its answers are known now
            join(member, now);
        }
        break;
    case MEMBER_LIVE:
        step_live(member, now);
        break;
    case MEMBER_BURIED:
        if (!member_doubt_crash(member, now) && !member_ship_step(member, now) &&
            !member_owed_step(member, now) && member_lease_dropped(member) && member_ship_done(member) &&
            !member_owed_any(member) && now >= member->become_at) {
            (void)strlcpy(member->former, member->id, sizeof(member->former));
            (void)(member_doubt_leave(member) && member_become(member));
        }
        break;
    case MEMBER_LEAVES:
        if (!member_doubt_crash(member, now) && !member_ship_step(member, now) &&
            !member_owed_step(member, now) && leaves_nothing(member, now) &&
            !member_doubt_step(member, now)) {
            ask_of_member(member, LINK_SETTLE, now);
        }
        break;
    case MEMBER_GONE:
    default:
        break;
    }
}

static void watch(struct member *member) {
    bool more = member->link.out.length > 0;
    if (member->epoll < 0 || (member->watched == member->link.fd && member->watched_more == more)) {
        return;
    }
    // A descriptor that was closed has left the epoll by itself.
    struct epoll_event event = {.events = more ? EPOLLIN | EPOLLOUT : EPOLLIN, .data = {.u32 = member->tag}};
    if (member->link.fd >= 0) {
        (void)epoll_ctl(member->epoll, member->watched == member->link.fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
                        member->link.fd, &event);
    }
    member->watched = member->link.fd;
    member->watched_more = more;
}

bool member_step(struct member *member, uint64_t now) {
    if (member == NULL) {
        return true;
    }
    uint64_t restarts = member->link.restarts;
    member_link_step(&member->link, member_answer_take, member, now);
    if (member->link.restarts != restarts) {
        member->watched = -1;
    }
    member_tick_grant(member);
    member_people_measure(member, now);
    obey(member, now);
    (void)member_tick_send(member, now);
    if (member_link_is_free(&member->link, LINK_CLAIM)) {
        step_phase(member, now);
    }
    member_link_step(&member->link, member_answer_take, member, now); // what was asked leaves now
    watch(member);
    member->crew->leased = member_lease_left(member);
    member->crew->fleet_ended = member->crew->fleet_ended || member->fleet_done;
    return !member->broken;
}

bool member_goes_on(struct member *member, uint64_t now) {
    if (member == NULL || member->broken || member->phase == MEMBER_GONE || member->phase == MEMBER_JOINS) {
        return false;
    }
    if (member->leave_by == 0) {
        member->leave_by = now + LEAVES_WITHIN;
    }
    if (member->phase == MEMBER_LIVE || member->phase == MEMBER_BURIED) {
        bool doubted = member->phase == MEMBER_BURIED || in_doubt_count(member->crew->arena) > 0;
        member->phase = MEMBER_LEAVES;
        if (doubted && !member_doubt_leave(member)) {
            member->broken = true;
        }
    }
    if (now < member->leave_by) {
        return true;
    }
    log_warn("fleet",
             "the database does not answer: lines that are not handed in yet are, by the next --resume "
             "on this machine; until then its work waits for the others to give it up");
    return false;
}

void member_watch(struct member *member, int epoll, uint32_t tag) {
    if (member != NULL) {
        member->epoll = epoll;
        member->tag = tag;
        member->watched = -1;
    }
}

bool member_reaped(void *member, pid_t pid, int wait_status) {
    return member_link_reaped(&((struct member *)member)->link, pid, wait_status, clock_now());
}

void member_ended(struct member *member) {
    bool own = member != NULL && member->crew != NULL && strcmp(member->kept.id, member->id) == 0;
    if (!own || member->doubts_due || in_doubt_count(member->crew->arena) > 0) {
        return;
    }
    member->kept.ended = true;
    if (member_identity_keep(member->identity, &member->kept) != 0) {
        log_warn("fleet", "cannot write %s: %s; what this machine may have asked stays in doubt",
                 member->identity, strerror(errno));
    }
}

void member_close(struct member *member) {
    if (member == NULL) {
        return;
    }
    member_link_close(&member->link);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        member_spool_free(&member->spool[file]);
    }
    member_owed_free(member);
    member_lend_close(member);
    member_batch_free(&member->batch);
    member_ids_free(&member->ids);
    range_table_free(&member->waits);
    range_table_free(&member->begins);
    free(member->adopted);
    free(member->elsewhere);
    free(member->doubts);
    free(member->identity);
    free(member->output);
    free(member);
}
