#include "view/view_words.h"

#include "plan/cost.h"
#include "ration/clock.h"

#include <stdio.h>

static double seconds_to(const struct run_status *status, uint64_t at) {
    return at > status->now.at ? (double)(at - status->now.at) / (double)CLOCK_SECOND : 0;
}

void view_words_rate(double rate, char *out, size_t size) {
    if (rate < 0) {
        (void)snprintf(out, size, "-");
    } else {
        (void)snprintf(out, size, "%.1f", rate);
    }
}

bool view_words_most(const struct run_status *status, uint32_t *session, uint32_t *dimension) {
    const struct snapshot *now = &status->now;
    bool found = false;
    for (uint32_t i = 0; i < now->sessions && now->gossip.published != 0; i++) {
        for (uint32_t j = 0; j < LEDGER_DIMENSIONS; j++) {
            uint64_t use = now->gossip.dimension_use[i][j];
            if (now->session[i].dimension[j].unit != DIMENSION_NONE && use != SNAPSHOT_UNKNOWN &&
                (!found || use > now->gossip.dimension_use[*session][*dimension])) {
                *session = i;
                *dimension = j;
                found = true;
            }
        }
    }
    return found;
}

void view_words_use(const struct run_status *status, char *out, size_t size) {
    const struct snapshot *now = &status->now;
    uint32_t session, index;
    char name[48], key[32] = "";
    out[0] = '\0';
    if (!view_words_most(status, &session, &index)) {
        return;
    }
    const struct ledger_dimension *dimension = &now->session[session].dimension[index];
    dimension_name(dimension->unit, dimension->window, name);
    if (now->sessions > 1) {
        run_status_session_name(status, session, key);
    }
    (void)snprintf(out, size, "%.0f %% of %s%s%s%s",
                   (double)now->gossip.dimension_use[session][index] * 100 / SNAPSHOT_WHOLE, name,
                   key[0] != '\0' ? " (" : "", key, key[0] != '\0' ? ")" : "");
}

void view_words_day(const struct run_status *status, char *out, size_t size) {
    const struct ledger_quota *quota = &status->now.quota;
    out[0] = '\0';
    if (quota->allowed > 0) {
        (void)snprintf(out, size, "today %llu of %llu requests", (unsigned long long)quota->used,
                       (unsigned long long)quota->allowed);
    }
}

void view_words_wait(const struct run_status *status, char *out, size_t size) {
    const struct snapshot *now = &status->now;
    uint64_t until = now->paused_until;
    char time[CLOCK_RFC3339_SIZE];
    out[0] = '\0';
    if (status->sums.disk_wait > 0) {
        (void)snprintf(out, size, "waiting for room on the disk");
    } else if (until == CLOCK_NEVER) {
        (void)snprintf(out, size, "paused%s", now->gossip.quota_until != 0 ? " by the daily quota" : "");
    } else if (until != 0 && seconds_to(status, until) > 600) {
        clock_rfc3339(run_status_wall(status, until), time);
        (void)snprintf(out, size, "paused, goes on at %s", time);
    } else if (until != 0) {
        (void)snprintf(out, size, "paused, goes on in %.0f s", seconds_to(status, until));
    } else if (status->sums.waits_until != 0 && status->sums.waits_until != CLOCK_NEVER) {
        (void)snprintf(out, size, "quota: waits %.0f s", seconds_to(status, status->sums.waits_until));
    }
}

void view_words_cost(const struct run_status *status, char *out, size_t size) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    char spent[COST_TEXT_SIZE], most[COST_TEXT_SIZE], all[COST_TEXT_SIZE];
    out[0] = '\0';
    if (gossip->priced == 0) {
        return;
    }
    cost_print(gossip->cost, spent);
    cost_print(gossip->cost_most, most);
    cost_print(gossip->cost + gossip->forecast.cost, all);
    bool forecast = gossip->forecast.cost != SNAPSHOT_UNKNOWN && gossip->forecast.cost > 0;
    (void)snprintf(out, size, "%s%s%s%s%s%s", spent, gossip->cost_most > 0 ? " of " : "",
                   gossip->cost_most > 0 ? most : "", forecast ? ", " : "", forecast ? all : "",
                   forecast ? " expected" : "");
}

void view_words_session(const struct run_status *status, uint32_t session, char *out, size_t size) {
    uint64_t until;
    const char *reason = run_status_wait(status, session, &until);
    if (reason == NULL) {
        (void)snprintf(out, size, "ready");
    } else if (until == CLOCK_NEVER) {
        (void)snprintf(out, size, "%s", reason);
    } else {
        (void)snprintf(out, size, "%s, %.0f s", reason, seconds_to(status, until));
    }
}

double view_words_left(const struct run_status *status) {
    const struct snapshot *now = &status->now;
    uint64_t takes = now->gossip.forecast.takes;
    double left = (double)(now->artists - now->done - now->failed);
    if (status->stage == SNAPSHOT_ENDED) {
        return -1;
    }
    if (now->gossip.published != 0 && takes != SNAPSHOT_UNKNOWN && status->stage != SNAPSHOT_STALLED) {
        return seconds_to(status, now->gossip.published + takes);
    }
    return status->pace.artists > 0 ? left / status->pace.artists : -1;
}
