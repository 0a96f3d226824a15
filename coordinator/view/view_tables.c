#include "view/view_tables.h"

#include "ration/breaker.h"
#include "ration/clock.h"
#include "view/statistics.h"
#include "view/view_batches.h"
#include "view/view_fleet.h"
#include "view/view_words.h"
#include "view/view_workers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STATE_MOST 32
#define NAME_MOST 14U // more of a session's name is cut

// "83 % of 600000 tokens a minute" for each dimension, the one that is used most first.
static void put_dimensions(struct view *view, const struct run_status *status, uint32_t session) {
    const struct ledger_state *state = &status->now.session[session];
    const uint64_t *use = status->now.gossip.dimension_use[session];
    bool told[LEDGER_DIMENSIONS] = {false};
    if (state->silent_refused) {
        char words[SILENT_WORDS];
        silent_words(&state->silent, words);
        view_piece(view, VIEW_PLAIN, "  %s", words);
    }
    for (uint32_t round = 0; round < LEDGER_DIMENSIONS; round++) {
        uint32_t best = LEDGER_DIMENSIONS;
        for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
            bool known = state->dimension[i].unit != DIMENSION_NONE && state->dimension[i].limit > 0;
            if (known && !told[i] && use[i] != SNAPSHOT_UNKNOWN &&
                (best == LEDGER_DIMENSIONS || use[i] > use[best])) {
                best = i;
            }
        }
        if (best == LEDGER_DIMENSIONS) {
            return;
        }
        char name[48], limit[16];
        told[best] = true;
        dimension_name(state->dimension[best].unit, state->dimension[best].window, name);
        view_count((double)state->dimension[best].limit, limit, sizeof(limit));
        view_piece(view, VIEW_PLAIN, "%s%.0f %% of %s %s", round > 0 ? ", " : "  ",
                   run_status_percent(use[best]), limit, name);
    }
}

// Of the longest name there is.
static int name_width(const struct run_status *status) {
    size_t width = strlen("SESSION");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        char name[32];
        run_status_session_name(status, session, name);
        width = strlen(name) > width ? strlen(name) : width;
    }
    return (int)(width < NAME_MOST ? width : NAME_MOST);
}

// Of the widest state there is.
static int state_width(const struct run_status *status) {
    size_t width = strlen("STATE");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        char state[STATE_MOST];
        view_words_session(status, session, state, sizeof(state));
        width = strlen(state) > width ? strlen(state) : width;
    }
    return (int)width;
}

static void put_session(struct view *view, const struct run_status *status, uint32_t session, int names,
                        int width) {
    const struct ledger_state *state = &status->now.session[session];
    double success = statistics_success(state->outcome);
    char name[32], wait[STATE_MOST], requests[16], good[16] = "-";
    uint64_t until;
    run_status_session_name(status, session, name);
    view_words_session(status, session, wait, sizeof(wait));
    view_count((double)state->spent_requests, requests, sizeof(requests));
    if (success >= 0) {
        (void)snprintf(good, sizeof(good), "%.1f", success);
    }
    bool ready = run_status_wait(status, session, &until) == NULL;
    view_put(view, VIEW_PLAIN, "%-*.*s ", names, names, name);
    view_put(view, ready ? VIEW_GREEN : state->disabled ? VIEW_RED : VIEW_YELLOW, "%-*s", width, wait);
    view_piece(view, VIEW_PLAIN, " %6.0f %%", (double)state->health * 100 / SESSION_HEALTH_WHOLE);
    view_piece(view, VIEW_PLAIN, "  %-9s", breaker_state_name((enum breaker_state)state->breaker.state));
    view_piece(view, VIEW_PLAIN, " %8s", requests);
    view_piece(view, VIEW_PLAIN, " %6s", good);
    if (!state->disabled) {
        put_dimensions(view, status, session);
    }
    view_end(view);
}

void view_tables_sessions(struct view *view, const struct run_status *status) {
    static const char *const heads[] = {"   HEALTH", "  BREAKER  ", " REQUESTS", " GOOD %",
                                        "  USED OF ITS LIMITS, LAST 60 S"};
    int names = name_width(status), width = state_width(status);
    if (view_room(view) < 2) {
        return;
    }
    view_put(view, VIEW_DIM, "%-*s %-*s", names, "SESSION", width, "STATE");
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        view_piece(view, VIEW_DIM, "%s", heads[i]);
    }
    view_end(view);
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        uint32_t left = status->now.sessions - session;
        if (view_room(view) == 1 && left > 1) {
            view_put(view, VIEW_DIM, "and %u more sessions", left);
            view_end(view);
            return;
        }
        put_session(view, status, session, names, width);
    }
}

void view_tables_above(struct view *view, const struct run_status *status) {
    view_tables_sessions(view, status);
    view_fleet(view, &status->now.gossip.fleet);
    view_batches(view, &status->batches, status->info.run_id, status->now.wall);
}

void view_tables(struct view *view, const struct run_status *status) {
    view_tables_above(view, status);
    view_workers(view, status, NULL);
}
