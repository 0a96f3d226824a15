#include "quota/quota_policy.h"

#define CLOCK_STEP (60ULL * 1000000000ULL) // clocks are corrected by so much without being wrong

__extension__ typedef unsigned __int128 wide;

uint64_t quota_policy_share(uint64_t limit, uint64_t share) {
    return (uint64_t)((wide)limit * share / QUOTA_POLICY_WHOLE);
}

uint64_t quota_policy_mark(uint64_t limit, uint32_t percent) {
    return (uint64_t)(((wide)limit * percent + 99) / 100);
}

void quota_policy_begin(struct quota_policy *policy, uint64_t now, uint64_t age, uint64_t paused_until) {
    *policy = (struct quota_policy){
        .turns = now + (age < QUOTA_POLICY_DAY ? QUOTA_POLICY_DAY - age : 0),
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
    policy->turns = now + QUOTA_POLICY_DAY;
    policy->paused_at = policy->paused_until = 0;
    policy->due = false;
}

// The clock was put back, or was ahead when the file was written: no age can be told.
static struct quota_policy_present at_clock_back(const struct quota_policy_past *past, uint64_t wall) {
    struct quota_policy_present present = {
        .verdict = QUOTA_POLICY_CLOCK_BACK, .began = wall, .used = past->used};
    if (past->paused_until > past->written) {
        uint64_t rest = past->paused_until - past->written;
        present.paused_until = wall + (rest < QUOTA_POLICY_PAUSE_MOST ? rest : QUOTA_POLICY_PAUSE_MOST);
    }
    return present;
}

// The count of a run that was killed is exact, the file's may lag behind.
static struct quota_policy_past with_dead(const struct quota_policy_past *past, uint64_t wall) {
    struct quota_policy_past both = *past;
    if (past->dead && past->dead_later) {
        both.began =
            past->paused_until != 0 && past->paused_until < wall ? past->paused_until : past->written;
        both.written = both.began;
        both.used = past->dead_used;
        both.paused_until = 0;
    } else if (past->dead && past->dead_used > past->used) {
        both.used = past->dead_used;
    }
    return both;
}

static struct quota_policy_present take_file(const struct quota_policy_past *past, uint64_t allowed,
                                             uint64_t pause, uint64_t wall) {
    struct quota_policy_present present = {QUOTA_POLICY_KEPT, past->began < wall ? past->began : wall,
                                           past->used, past->paused_until};
    if (past->written > wall + CLOCK_STEP || past->began > wall + CLOCK_STEP) {
        return at_clock_back(past, wall);
    }
    if (present.used >= allowed && present.paused_until == 0) {
        present.paused_until = past->written + pause;
    }
    bool over =
        present.paused_until != 0 ? present.paused_until <= wall : wall - present.began >= QUOTA_POLICY_DAY;
    return over ? (struct quota_policy_present){.verdict = QUOTA_POLICY_OVER, .began = wall} : present;
}

struct quota_policy_present quota_policy_take(const struct quota_policy_past *past, uint64_t allowed,
                                              uint64_t pause, uint64_t wall) {
    struct quota_policy_present present = {.verdict = QUOTA_POLICY_NOTHING, .began = wall};
    if (past->known) {
        struct quota_policy_past both = with_dead(past, wall);
        present = take_file(&both, allowed, pause, wall);
    } else if (past->dead) {
        present.verdict = QUOTA_POLICY_KEPT;
        present.used = past->dead_used;
    }
    // A higher limit or threshold than that of the run that paused leaves room.
    if (present.used < allowed) {
        present.paused_until = 0;
    }
    return present;
}
