#include "crew/key_policy.h"

#include "ration/clock.h"

#define MARGIN (60 * CLOCK_SECOND) // before the end of a key; of a short-lived one a quarter of its time
#define LATE (10 * CLOCK_SECOND)   // so long requests with the one before come back
#define AGAIN (5 * CLOCK_SECOND)   // after a command that failed, more each time
#define FAILURES_MOST 6U           // in a row, while nothing works

static bool refused(const struct key_policy *policy, const struct key_policy_facts *facts) {
    return facts->refused > policy->refused && (!policy->for_refusal || facts->worked > policy->worked);
}

static bool old(const struct key_policy *policy, const struct key_policy_facts *facts) {
    uint64_t margin = facts->ttl / 4 < MARGIN ? facts->ttl / 4 : MARGIN;
    return facts->ttl > 0 && facts->now >= policy->got_at + facts->ttl - margin;
}

bool key_policy_due(const struct key_policy *policy, const struct key_policy_facts *facts) {
    return facts->now >= policy->not_before && (old(policy, facts) || key_policy_hopes(policy, facts));
}

void key_policy_got(struct key_policy *policy, const struct key_policy_facts *facts, bool for_refusal) {
    *policy = (struct key_policy){.got_at = facts->now,
                                  .late_until = facts->now + LATE,
                                  .refused = facts->refused,
                                  .worked = facts->worked,
                                  .for_refusal = for_refusal};
}

void key_policy_failed(struct key_policy *policy, uint64_t now) {
    policy->failures++;
    policy->not_before = now + AGAIN * policy->failures;
}

void key_policy_look(struct key_policy *policy, const struct key_policy_facts *facts) {
    if (facts->now < policy->late_until) {
        policy->refused = facts->refused;
    }
}

bool key_policy_hopes(const struct key_policy *policy, const struct key_policy_facts *facts) {
    return refused(policy, facts) && policy->failures < FAILURES_MOST;
}
