#include "watch/others.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>

#define INTERVAL CLOCK_SECOND
#define ENOUGH 3U // intervals in a row: the first estimate is a low one

// Of a fleet: what it shares out is not judged by what answers say is left. So this is a limit that its
// machines were not given, and who takes of it are, first of all, the machines.
static void tell(const char *session, const struct ledger_dimension *dimension, bool fleet) {
    char name[48];
    dimension_name(dimension->unit, dimension->window, name);
    const struct log_field field[] = {{.name = "session", .text = session},
                                      {.name = "limit_name", .text = name},
                                      {.name = "others", .number = dimension->others_pace},
                                      {.name = "limit", .number = dimension->limit}};
    const struct log_event event = {.level = LOG_LEVEL_WARN,
                                    .category = "quota",
                                    .fields = sizeof(field) / sizeof(field[0]),
                                    .field = field};
    if (fleet) {
        log_event(&event,
                  "session %s: other machines of the fleet, or somebody else, take about %" PRIu64
                  " of its %" PRIu64
                  " %s, a limit that only the answers tell; room is made for them. Give it "
                  "to all machines, as --tokens-per-minute or with the session, and they share it",
                  session, dimension->others_pace, dimension->limit, name);
        return;
    }
    log_event(&event,
              "somebody else spends with the key of session %s: about %" PRIu64 " of its %" PRIu64
              " %s; room is made for them",
              session, dimension->others_pace, dimension->limit, name);
}

static void tell_end(const char *session, const struct ledger_dimension *dimension, bool fleet) {
    if (fleet) {
        return; // the machines have just nothing to do
    }
    log_info("quota", "nobody else spends with the key of session %s any more; they took %" PRIu64 " %s",
             session, dimension->others_total, dimension_unit_name(dimension->unit));
}

static void look(uint8_t *seen, const char *session, const struct ledger_dimension *dimension, bool fleet) {
    bool there = dimension->unit != DIMENSION_NONE && dimension->others_pace > 0;
    if (there && *seen < ENOUGH && ++*seen == ENOUGH) {
        tell(session, dimension, fleet);
    } else if (!there) {
        if (*seen == ENOUGH) {
            tell_end(session, dimension, fleet);
        }
        *seen = 0;
    }
}

void others_tick(struct others *others, const struct snapshot *now, bool fleet) {
    if (now->at < others->next) {
        return;
    }
    others->next = now->at + INTERVAL;
    for (uint32_t session = 0; session < now->sessions; session++) {
        for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
            look(&others->seen[session][i], now->session_name[session], &now->session[session].dimension[i],
                 fleet);
        }
    }
}
