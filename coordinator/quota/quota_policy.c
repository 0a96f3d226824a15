#include "quota/quota_policy.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"

#include <string.h>

#define CLOCK_STEP CLOCK_MINUTE // clocks are corrected by so much without being wrong

uint64_t quota_policy_share(uint64_t limit, uint64_t share) {
    return (uint64_t)((wide)limit * share / QUOTA_POLICY_WHOLE);
}

uint64_t quota_policy_mark(uint64_t limit, uint32_t percent) {
    return (uint64_t)(((wide)limit * percent + 99) / 100);
}

void quota_policy_begin(struct quota_policy *policy, uint64_t now, uint64_t age, uint64_t paused_until) {
    *policy = (struct quota_policy){
        .turns = now + (age < CLOCK_DAY ? CLOCK_DAY - age : 0),
        .paused_at = paused_until != 0 ? now : 0,
        .paused_until = paused_until,
    };
}

static enum quota_policy_verdict new_period(struct quota_policy *policy, enum quota_policy_reason reason) {
    policy->due = true;
    policy->reason = reason;
    return QUOTA_POLICY_NEW_PERIOD;
}

static uint64_t heard_reset(const struct quota_policy *policy, const struct quota_policy_facts *facts) {
    return facts->reset > facts->now && facts->reset >= policy->deaf_until ? facts->reset : 0;
}

// The end of a day that was known may have passed since, and `facts` then tell of the next one.
static bool day_ended(struct quota_policy *policy, const struct quota_policy_facts *facts) {
    bool ended = policy->reset != 0 && facts->now >= policy->reset;
    if (ended) {
        policy->deaf_until = policy->reset + facts->reset_apart;
    }
    policy->reset = heard_reset(policy, facts);
    return ended;
}

static enum quota_policy_verdict step_paused(struct quota_policy *policy,
                                             const struct quota_policy_facts *facts) {
    if (facts->resume) {
        return new_period(policy, QUOTA_POLICY_BY_COMMAND);
    }
    if (day_ended(policy, facts)) {
        return new_period(policy, QUOTA_POLICY_BY_RESET);
    }
    if (facts->now >= policy->paused_until) {
        return new_period(policy, QUOTA_POLICY_BY_TIME);
    }
    if (policy->reset != 0 && policy->reset < policy->paused_until) {
        policy->paused_until = policy->reset;
        return QUOTA_POLICY_SOONER;
    }
    return QUOTA_POLICY_STAYS;
}

enum quota_policy_verdict quota_policy_step(struct quota_policy *policy,
                                            const struct quota_policy_facts *facts) {
    if (policy->due) {
        return QUOTA_POLICY_NEW_PERIOD;
    }
    if (facts->allowed == 0) {
        return QUOTA_POLICY_STAYS;
    }
    if (policy->paused_until != 0) {
        return step_paused(policy, facts);
    }
    if (day_ended(policy, facts)) {
        return new_period(policy, QUOTA_POLICY_BY_RESET);
    }
    if (facts->now >= policy->turns) {
        return new_period(policy, QUOTA_POLICY_BY_TIME);
    }
    if (facts->waiting && (facts->used >= facts->allowed || facts->only_low)) {
        uint64_t end = facts->now + (facts->pause > 0 ? facts->pause : 1);
        policy->paused_at = facts->now;
        policy->paused_until = policy->reset != 0 && policy->reset < end ? policy->reset : end;
        return QUOTA_POLICY_PAUSES;
    }
    return QUOTA_POLICY_STAYS;
}

void quota_policy_renewed(struct quota_policy *policy, uint64_t now) {
    policy->turns = now + CLOCK_DAY;
    policy->paused_at = policy->paused_until = 0;
    policy->due = false;
}

// How much time has passed since the file was written, and whether that is known.
struct passed {
    uint64_t time;
    bool known;
    int64_t moved;
};

static struct passed since(const struct quota_policy_moment *then, const struct quota_policy_moment *now) {
    int64_t wall = (int64_t)(now->wall - then->wall);
    if (then->boot[0] != '\0' && strcmp(then->boot, now->boot) == 0 && now->since_boot >= then->since_boot) {
        uint64_t time = now->since_boot - then->since_boot;
        return (struct passed){time, true, wall - (int64_t)time};
    }
    if (wall >= 0) {
        return (struct passed){(uint64_t)wall, true, 0};
    }
    return (struct passed){0, -wall <= (int64_t)CLOCK_STEP, wall};
}

// A period or a pause cannot be longer than that, whatever a file says.
static uint64_t between(uint64_t first, uint64_t last, uint64_t most) {
    uint64_t time = last > first ? last - first : 0;
    return time < most ? time : most;
}

// As it stood when the file was written.
struct standing {
    uint64_t used, age;
    bool paused;
    uint64_t rest;
};

static struct standing then(const struct quota_policy_past *past) {
    return (struct standing){
        .used = past->used,
        .age = between(past->began, past->written.wall, CLOCK_DAY),
        .paused = past->paused_until != 0,
        .rest = between(past->written.wall, past->paused_until, QUOTA_POLICY_PAUSE_MOST),
    };
}

// The count of a run that was killed is exact, the file's may lag behind. When its period began after the
// file's, it began at the end of the pause, or nobody knows when: then it is taken for new, so that it never
// ends too soon.
static void ask_the_dead(struct standing *standing, const struct quota_policy_past *past, uint64_t *passed) {
    if (past->dead && past->dead_later) {
        bool after = standing->paused && *passed > standing->rest;
        *standing = (struct standing){.used = past->dead_used, .age = after ? *passed - standing->rest : 0};
        *passed = 0;
    } else if (past->dead && past->dead_used > standing->used) {
        standing->used = past->dead_used;
    }
}

static struct quota_policy_present take_file(const struct quota_policy_past *past, uint64_t allowed,
                                             uint64_t pause, const struct quota_policy_moment *now) {
    struct passed passed = since(&past->written, now);
    struct standing standing = then(past);
    struct quota_policy_present present = {.verdict = QUOTA_POLICY_KEPT, .moved = passed.moved};
    if (!passed.known) {
        present.verdict = QUOTA_POLICY_CLOCK_BACK;
        standing.age = 0;
    }
    ask_the_dead(&standing, past, &passed.time);
    if (standing.used >= allowed && !standing.paused) {
        standing.paused = true;
        standing.rest = pause;
    }
    present.used = standing.used;
    present.age = standing.age + passed.time;
    present.rest = standing.paused && standing.rest > passed.time ? standing.rest - passed.time : 0;
    if (standing.paused ? present.rest == 0 : present.age >= CLOCK_DAY) {
        return (struct quota_policy_present){.verdict = QUOTA_POLICY_OVER, .moved = passed.moved};
    }
    return present;
}

struct quota_policy_present quota_policy_take(const struct quota_policy_past *past, uint64_t allowed,
                                              uint64_t pause, const struct quota_policy_moment *now) {
    struct quota_policy_present present = {.verdict = QUOTA_POLICY_NOTHING};
    if (past->known) {
        present = take_file(past, allowed, pause, now);
    } else if (past->dead) {
        present.verdict = QUOTA_POLICY_KEPT;
        present.used = past->dead_used;
    }
    // A higher limit or threshold than that of the run that paused leaves room.
    if (present.used < allowed) {
        present.rest = 0;
    }
    return present;
}
